package org.bpfsim.bpf.types;

/** Writes one element of an array of scalars in a kernel object. */
@FunctionalInterface
public interface ElementSetter<T> {
    void set(T object, int index, long value);
}
