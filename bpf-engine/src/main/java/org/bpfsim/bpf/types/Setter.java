package org.bpfsim.bpf.types;

/** Writes a scalar field of a kernel object; the value is zero- or sign-extended from the field's width. */
@FunctionalInterface
public interface Setter<T> {
    void set(T object, long value);
}
