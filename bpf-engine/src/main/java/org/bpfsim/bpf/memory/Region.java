package org.bpfsim.bpf.memory;

import java.util.Arrays;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.StructLayout;

/**
 * A piece of what a program can reach: bytes, or a kernel object seen through its layout. Bytes may be divided into
 * elements (values of a map): an access must stay within one.
 *
 * <p>Hot path: no allocation (except when a map's values grow for the first time).
 */
public final class Region {
    private static final byte[] NO_BYTES = new byte[0];

    private String name = "";
    private byte[] bytes = NO_BYTES;
    private int base;
    /** Bytes that may be accessed; {@code bytes} may be shorter as long as nobody touched the rest. */
    private long size;

    private boolean writable;
    private int stride;
    private int elementBytes;

    private Object object;
    private StructLayout layout;
    private boolean[] rights;

    /** Makes this a piece of a byte array. */
    public Region bytes(String what, byte[] array, int offset, int length, boolean mayWrite) {
        if (isBytes(array, offset, length) && writable == mayWrite && name == what) {
            // As in the run before: writing references costs more than comparing them.
            return this;
        }
        name = what;
        bytes = array;
        base = offset;
        size = length;
        writable = mayWrite;
        stride = 0;
        object = null;
        layout = null;
        rights = null;
        return this;
    }

    /**
     * Makes this a row of elements whose bytes come into being as they are touched.
     *
     * @param strideBytes from one element to the next
     * @param valueBytes of each that may be accessed
     */
    public Region elements(String what, int strideBytes, int valueBytes, long count, boolean mayWrite) {
        bytes(what, NO_BYTES, 0, 0, mayWrite);
        size = strideBytes * count;
        stride = strideBytes;
        elementBytes = valueBytes;
        return this;
    }

    /**
     * Makes this a kernel object.
     *
     * @param mayWrite by leaf of the layout; null for nothing
     */
    public Region object(Object target, StructLayout objectLayout, boolean[] mayWrite) {
        if (layout == objectLayout && rights == mayWrite) {
            if (object != target) {
                object = target;
            }
            return this;
        }
        name = objectLayout.structName();
        bytes = NO_BYTES;
        size = 0;
        object = target;
        layout = objectLayout;
        rights = mayWrite;
        return this;
    }

    /** Makes this another object of the same kind. */
    void retarget(Object target) {
        object = target;
    }

    /** Makes this something that has an address and no contents: a map, the program's functions. */
    public Region opaque(String what, Object target) {
        bytes(what, NO_BYTES, 0, 0, false);
        object = target;
        return this;
    }

    public String name() {
        return name;
    }

    /** The kernel object or map; null for bytes. */
    public Object object() {
        return object;
    }

    /** The layout of a kernel object; null for everything else. */
    public StructLayout layout() {
        return layout;
    }

    boolean isBytes(byte[] array, int offset, int length) {
        return bytes == array && base == offset && size == length && stride == 0;
    }

    boolean isObject(Object target, StructLayout objectLayout) {
        return object == target && layout == objectLayout;
    }

    /** The array behind an offset, after making sure that it is there; its index is {@link #indexOf}. */
    public byte[] arrayFor(long offset, int length, boolean write) {
        if (layout != null || !within(offset, length)) {
            throw violation(offset, length, write);
        }
        if (write && !writable) {
            throw new AccessViolation(name + " may not be written");
        }
        return bytes;
    }

    public int indexOf(long offset) {
        return base + (int) offset;
    }

    public long load(long offset, int length, Addresses addresses) {
        if (layout != null) {
            return layout.load(object, offset, length, addresses);
        }
        if (!within(offset, length)) {
            throw violation(offset, length, false);
        }
        return LittleEndian.get(bytes, base + (int) offset, length);
    }

    public void store(long offset, int length, long value) {
        if (layout != null) {
            layout.store(object, offset, length, value, rights);
            return;
        }
        if (!within(offset, length)) {
            throw violation(offset, length, true);
        }
        if (!writable) {
            throw new AccessViolation(name + " may not be written");
        }
        LittleEndian.put(bytes, base + (int) offset, length, value);
    }

    /** Loads at an offset that is known to lie within what may be accessed. */
    public long loadInside(int offset, int length) {
        if (stride != 0 && offset + length > bytes.length) {
            grow(offset + length);
        }
        return LittleEndian.get(bytes, base + offset, length);
    }

    /** Stores at an offset that is known to lie within what may be written. */
    public void storeInside(int offset, int length, long value) {
        if (stride != 0 && offset + length > bytes.length) {
            grow(offset + length);
        }
        LittleEndian.put(bytes, base + offset, length, value);
    }

    private boolean within(long offset, int length) {
        if (offset < 0 || length < 0 || offset + length > size) {
            return false;
        }
        if (stride != 0) {
            if (offset % stride + length > elementBytes) {
                return false;
            }
            if (offset + length > bytes.length) {
                grow(offset + length);
            }
        }
        return true;
    }

    private void grow(long least) {
        // Doubling keeps the cost of n elements at O(n); what lies behind is zero, as in a new map.
        long wanted = Math.min(size, Math.max(least, Math.max(256, 2L * bytes.length)));
        if (wanted > Integer.MAX_VALUE - 8) {
            throw new AccessViolation(name + " would need " + wanted + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) wanted);
    }

    private AccessViolation violation(long offset, int length, boolean write) {
        String verb = write ? "written" : "read";
        if (layout != null) {
            return new AccessViolation(
                    "struct " + name + " is a kernel object, whose bytes cannot be " + verb + " as plain memory");
        }
        if (size == 0 && object != null) {
            return new AccessViolation(name + " has no contents that a program can access");
        }
        if (stride != 0 && offset < size) {
            return new AccessViolation(length + " bytes cannot be " + verb + " at offset " + offset % stride
                    + " of a value of " + name + ", which is " + elementBytes + " bytes long");
        }
        return new AccessViolation(length + " bytes cannot be " + verb + " at offset " + offset + " of " + name
                + ", which is " + size + " bytes long");
    }
}
