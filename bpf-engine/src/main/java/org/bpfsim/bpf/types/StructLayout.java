package org.bpfsim.bpf.types;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.LittleEndian;

/**
 * Where each byte of a kernel struct lives in Java. An access that matches one leaf costs one table look-up and one call; any
 * other (the low half of a word, a bitfield's storage unit) is put together byte by byte.
 *
 * <p>Hot path: no allocation.
 */
public final class StructLayout {
    private final String structName;
    private final List<Leaf> leaves;
    /** First leaf that starts at each byte, others by {@link Leaf#sibling}. */
    private final Leaf[] starting;
    /** All leaves that have bits in each byte, in declaration order. */
    private final Leaf[][] covering;
    /** The piece of memory that each byte belongs to, if it does and nothing else claims the byte first. */
    private final Leaf[] memory;

    private final List<Flattening.Part> parts;

    private StructLayout(String structName, int bytes, Flattening flattening) {
        this.structName = structName;
        this.leaves = List.copyOf(flattening.leaves());
        this.parts = List.copyOf(flattening.parts());
        this.starting = new Leaf[bytes];
        List<List<Leaf>> byByte = new ArrayList<>();
        for (int i = 0; i < bytes; i++) {
            byByte.add(new ArrayList<>());
        }
        for (Leaf leaf : leaves) {
            int from = leaf.kind == Leaf.Kind.BITS ? leaf.offset + leaf.bit / 8 : leaf.offset;
            int to = leaf.kind == Leaf.Kind.BITS
                    ? leaf.offset + (leaf.bit + leaf.width - 1) / 8 + 1
                    : leaf.offset + leaf.bytes;
            for (int i = from; i < to; i++) {
                byByte.get(i).add(leaf);
            }
            if (leaf.kind == Leaf.Kind.VALUE) {
                appendStarting(leaf);
            }
        }
        this.covering = byByte.stream().map(l -> l.toArray(new Leaf[0])).toArray(Leaf[][]::new);
        this.memory = byByte.stream()
                .map(l -> l.isEmpty() || l.get(0).kind != Leaf.Kind.MEMORY ? null : l.get(0))
                .toArray(Leaf[]::new);
    }

    private void appendStarting(Leaf leaf) {
        if (starting[leaf.offset] == null) {
            starting[leaf.offset] = leaf;
            return;
        }
        Leaf last = starting[leaf.offset];
        while (last.sibling != null) {
            last = last.sibling;
        }
        last.sibling = leaf;
    }

    static StructLayout of(StructType<?> type) {
        return new StructLayout(type.name(), type.bytes(), Flattening.of(type));
    }

    /** All leaves by index. */
    public List<Leaf> leaves() {
        return leaves;
    }

    public String structName() {
        return structName;
    }

    public int bytes() {
        return starting.length;
    }

    /** The field that an access reads or writes as a whole; empty if there is none. */
    public Optional<Leaf> exact(long offset, int size) {
        if (offset >= 0 && offset < starting.length) {
            for (Leaf leaf = starting[(int) offset]; leaf != null; leaf = leaf.sibling) {
                if (leaf.bytes == size) {
                    return Optional.of(leaf);
                }
            }
        }
        return Optional.empty();
    }

    /** The memory that an access lies in; empty if it does not lie in one. */
    public Optional<Leaf> memory(long offset, int size) {
        Leaf piece = offset >= 0 && offset < memory.length ? memory[(int) offset] : null;
        return piece != null && offset + size <= piece.offset + piece.bytes ? Optional.of(piece) : Optional.empty();
    }

    /** All fields that have bits in a byte, in declaration order. */
    public List<Leaf> covering(long offset) {
        return offset >= 0 && offset < covering.length ? List.of(covering[(int) offset]) : List.of();
    }

    /** The field at a byte, as {@code struct.field}, or the offset where none is modelled. */
    public String nameAt(int offset) {
        boolean known = offset >= 0 && offset < covering.length && covering[offset].length > 0;
        return known ? covering[offset][0].path() : structName + " + " + offset;
    }

    /** Whether every byte of an access belongs to a field, and for a store, to one that Java can write. */
    public boolean models(int offset, int bytes, boolean write) {
        if (offset < 0 || offset + bytes > covering.length) {
            return false;
        }
        for (int i = offset; i < offset + bytes; i++) {
            if (covering[i].length == 0 || write && Arrays.stream(covering[i]).noneMatch(Leaf::hasSetter)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The Java object that stands for a {@code type} at an offset of this struct: the object itself, or what it embeds
     * there. Null if no such struct begins there.
     */
    public Object part(Object object, long offset, StructType<?> type) {
        for (int i = 0; i < parts.size(); i++) {
            Flattening.Part part = parts.get(i);
            if (part.type() == type && part.offset() == offset) {
                return part.path().apply(object);
            }
        }
        return null;
    }

    /**
     * Loads {@code size} bytes as a little-endian unsigned number.
     *
     * @param size 1, 2, 4 or 8
     * @throws AccessViolation if the bytes lie outside the struct or are not modelled
     */
    public long load(Object object, long offset, int size, Addresses addresses) {
        if (offset >= 0 && offset < starting.length) {
            for (Leaf leaf = starting[(int) offset]; leaf != null; leaf = leaf.sibling) {
                if (leaf.bytes == size) {
                    return leaf.get(object, addresses) & leaf.mask;
                }
            }
            Leaf piece = memory[(int) offset];
            if (piece != null && offset + size <= piece.offset + piece.bytes) {
                return LittleEndian.get(piece.array(object), (int) offset - piece.offset, size);
            }
        }
        return loadBytewise(object, offset, size, addresses);
    }

    /**
     * Stores the low {@code size} bytes of {@code value}.
     *
     * @param rights by leaf index, whether the program may write it; null for no rights at all
     * @throws AccessViolation if the bytes lie outside the struct, are not modelled or may not be written
     */
    public void store(Object object, long offset, int size, long value, boolean[] rights) {
        if (offset >= 0 && offset < starting.length && rights != null) {
            for (Leaf leaf = starting[(int) offset]; leaf != null; leaf = leaf.sibling) {
                if (leaf.bytes == size && rights[leaf.index()]) {
                    leaf.set(object, leaf.signed ? signExtend(value, size) : value & mask(size));
                    return;
                }
            }
            Leaf piece = memory[(int) offset];
            if (piece != null && rights[piece.index()] && offset + size <= piece.offset + piece.bytes) {
                LittleEndian.put(piece.array(object), (int) offset - piece.offset, size, value);
                return;
            }
        }
        storeBytewise(object, offset, size, value, rights);
    }

    private long loadBytewise(Object object, long offset, int size, Addresses addresses) {
        checkBounds(offset, size, "read");
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= loadByte(object, (int) offset + i, addresses) << 8 * i;
        }
        return value;
    }

    private long loadByte(Object object, int at, Addresses addresses) {
        Leaf[] here = covering[at];
        if (here.length == 0) {
            throw new AccessViolation("no field is modelled at byte " + at + " of struct " + structName);
        }
        Leaf first = here[0];
        switch (first.kind) {
            case VALUE:
                return first.get(object, addresses) >>> 8 * (at - first.offset) & 0xff;
            case MEMORY:
                return first.array(object)[at - first.offset] & 0xff;
            default:
                long value = 0;
                for (Leaf leaf : here) {
                    if (leaf.kind == Leaf.Kind.BITS) {
                        long bits = leaf.get(object, addresses) & lowBits(leaf.width);
                        int shift = 8 * (at - leaf.offset) - leaf.bit;
                        value |= (shift >= 0 ? bits >>> shift : bits << -shift) & 0xff;
                    }
                }
                return value;
        }
    }

    private void storeBytewise(Object object, long offset, int size, long value, boolean[] rights) {
        checkBounds(offset, size, "written");
        for (int i = 0; i < size; i++) {
            storeByte(object, (int) offset + i, (int) (value >>> 8 * i) & 0xff, rights);
        }
    }

    private void storeByte(Object object, int at, int value, boolean[] rights) {
        Leaf[] here = covering[at];
        if (here.length == 0) {
            throw new AccessViolation("no field is modelled at byte " + at + " of struct " + structName);
        }
        for (Leaf leaf : here) {
            if (leaf.kind == Leaf.Kind.BITS) {
                storeBits(object, leaf, at, value, rights);
            } else if (rights != null && rights[leaf.index()]) {
                if (leaf.kind == Leaf.Kind.MEMORY) {
                    leaf.array(object)[at - leaf.offset] = (byte) value;
                } else {
                    int shift = 8 * (at - leaf.offset);
                    long old = leaf.get(object, NO_ADDRESSES);
                    long merged = old & ~(0xffL << shift) | (long) value << shift;
                    leaf.set(object, leaf.signed ? signExtend(merged, leaf.bytes) : merged & mask(leaf.bytes));
                }
                return;
            }
        }
        if (here[0].kind != Leaf.Kind.BITS) {
            throw readOnly(here[0]);
        }
    }

    /** Writes the bits of one bitfield that lie in one byte. A neighbour that keeps its value needs no right. */
    private static void storeBits(Object object, Leaf leaf, int at, int value, boolean[] rights) {
        int shift = 8 * (at - leaf.offset) - leaf.bit;
        long window = (shift >= 0 ? 0xffL << shift : 0xffL >>> -shift) & lowBits(leaf.width);
        long bits = (shift >= 0 ? (long) value << shift : (long) value >>> -shift) & window;
        long old = leaf.get(object, NO_ADDRESSES) & lowBits(leaf.width);
        long merged = old & ~window | bits;
        if (merged == old) {
            return;
        }
        if (rights == null || !rights[leaf.index()]) {
            throw readOnly(leaf);
        }
        int unused = 64 - leaf.width;
        leaf.set(object, leaf.signed ? merged << unused >> unused : merged);
    }

    private static AccessViolation readOnly(Leaf leaf) {
        return new AccessViolation(leaf.path() + " may not be written by this program");
    }

    private void checkBounds(long offset, int size, String verb) {
        if (offset < 0 || offset + size > starting.length) {
            throw new AccessViolation(size + " bytes cannot be " + verb + " at offset " + offset + " of struct "
                    + structName + ", which is " + starting.length + " bytes long");
        }
    }

    private static long mask(int size) {
        return -1L >>> 64 - 8 * size;
    }

    private static long lowBits(int width) {
        return -1L >>> 64 - width;
    }

    private static long signExtend(long value, int size) {
        int unused = 64 - 8 * size;
        return value << unused >> unused;
    }

    /** Only pointers need addresses, and they are never written. */
    private static final Addresses NO_ADDRESSES = new Addresses() {
        @Override
        public <T> long ofObject(T object, StructType<? super T> type) {
            throw new AssertionError("a pointer field was read in order to be written: " + type);
        }

        @Override
        public long ofBytes(byte[] array, int offset, int length, boolean writable) {
            throw new AssertionError("a pointer field was read in order to be written");
        }
    };
}
