package org.bpfsim.bpf.types;

/**
 * Hands out the addresses by which a running program can reach Java objects and bytes. An address holds until the
 * outermost program run of the machine ends; one object has one address during a run.
 */
public interface Addresses {
    /** The address of a kernel object laid out as {@code type}; 0 (NULL) for null. */
    <T> long ofObject(T object, StructType<? super T> type);

    /**
     * The address of {@code array[offset]}, the first of {@code length} bytes that the program may read, and write if
     * {@code writable}.
     */
    long ofBytes(byte[] array, int offset, int length, boolean writable);
}
