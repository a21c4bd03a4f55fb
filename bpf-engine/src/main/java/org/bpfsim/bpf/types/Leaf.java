package org.bpfsim.bpf.types;

/**
 * A scalar, pointer, bitfield or piece of memory at a fixed offset of an outermost struct, with embedded structs resolved:
 * what one load or store reaches.
 *
 * <p>Hot path: no allocation.
 */
public abstract class Leaf {
    /** How a leaf takes part in accesses that do not match it exactly. */
    enum Kind {
        VALUE,
        BITS,
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
            boolean hasSetter) {
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
    }

    /** {@code struct.field}, the struct being the one that declares the field. */
    public final String path() {
        return path;
    }

    /** Number of the leaf within its layout: write rights are tables over it. */
    public final int index() {
        return index;
    }

    /** Whether Java can write it at all. */
    public final boolean hasSetter() {
        return hasSetter;
    }

    /** Offset in bytes from the start of the outermost struct. */
    public final int offset() {
        return offset;
    }

    public final int bytes() {
        return bytes;
    }

    abstract long get(Object object, Addresses addresses);

    abstract void set(Object object, long value);

    /** The array behind a piece of memory. */
    byte[] array(Object object) {
        throw new AssertionError(path + " is not memory");
    }
}
