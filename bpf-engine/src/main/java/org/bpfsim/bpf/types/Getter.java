package org.bpfsim.bpf.types;

/** Reads a scalar field of a kernel object. Signed fields return the sign-extended value, unsigned ones any upper bits. */
@FunctionalInterface
public interface Getter<T> {
    long get(T object);
}
