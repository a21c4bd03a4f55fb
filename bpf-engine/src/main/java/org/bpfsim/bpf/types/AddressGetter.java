package org.bpfsim.bpf.types;

/** Reads a pointer field of a kernel object: answers the address of what it points to, or 0 for NULL. */
@FunctionalInterface
public interface AddressGetter<T> {
    long get(T object, Addresses addresses);
}
