package org.bpfsim.bpf.types;

/**
 * A scalar, pointer, bitfield or piece of memory at a fixed offset of an outermost struct, with embedded structs resolved:
 * what one load or store reaches.
 *
 * <p>Hot path: no allocation.
 */
public final class Leaf {
    /** How a leaf takes part in accesses that do not match it exactly. */
    public enum Kind {
        /** One number. */
        VALUE,
        /** Some bits of a number. */
        BITS,
        /** Bytes. */
        MEMORY
    }

    final Kind kind;
    final int offset;
    final int bytes;
    final boolean signed;
    final int bit;
    final int width;
    /** What of a loaded number counts: all of a pointer, however few bytes stand for it. */
    final long mask;

    private final String path;
    private final int index;
    private final boolean hasSetter;
    private final FieldAccess access;
    /** Another leaf that starts at the same offset (a union's). */
    Leaf sibling;

    Leaf(
            Kind kind,
            String path,
            int index,
            int offset,
            int bytes,
            int bit,
            int width,
            boolean signed,
            boolean hasSetter,
            FieldAccess access) {
        this.kind = kind;
        this.path = path;
        this.index = index;
        this.offset = offset;
        this.bytes = bytes;
        this.bit = bit;
        this.width = width;
        this.mask = width > 0 ? -1L >>> 64 - width : -1L;
        this.signed = signed;
        this.hasSetter = hasSetter;
        this.access = access;
    }

    /** {@code struct.field}, the struct being the one that declares the field. */
    public String path() {
        return path;
    }

    /** Number of the leaf within its layout: write rights are tables over it. */
    public int index() {
        return index;
    }

    /** Whether Java can write it at all. */
    public boolean hasSetter() {
        return hasSetter;
    }

    /** Offset in bytes from the start of the outermost struct. */
    public int offset() {
        return offset;
    }

    public int bytes() {
        return bytes;
    }

    public Kind kind() {
        return kind;
    }

    public boolean signed() {
        return signed;
    }

    /** Of a bitfield: its lowest bit, counted from the start of the storage unit. */
    public int bit() {
        return bit;
    }

    /** Of a bitfield: how many bits it has. */
    public int width() {
        return width;
    }

    /** What of a loaded number counts. */
    public long mask() {
        return mask;
    }

    /** How it is read and written. */
    public FieldAccess access() {
        return access;
    }

    long get(Object object, Addresses addresses) {
        return access.get(object, addresses);
    }

    void set(Object object, long value) {
        access.set(object, value);
    }

    /** The array behind a piece of memory. */
    byte[] array(Object object) {
        return ((FieldAccess.Memory) access).bytes(object);
    }
}
