package org.bpfsim.bpf.types;

/** Reads one element of an array of scalars in a kernel object. */
@FunctionalInterface
public interface ElementGetter<T> {
    long get(T object, int index);
}
