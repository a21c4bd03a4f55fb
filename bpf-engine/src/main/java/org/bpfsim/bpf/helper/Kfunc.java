package org.bpfsim.bpf.helper;

import java.util.Objects;

/** A kernel function that programs call by name, such as {@code tcp_slow_start}. */
public record Kfunc(String name, HelperFunction function) {
    public Kfunc {
        Objects.requireNonNull(name);
        Objects.requireNonNull(function);
    }
}
