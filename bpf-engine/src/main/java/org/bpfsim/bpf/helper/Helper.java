package org.bpfsim.bpf.helper;

import java.util.Objects;

/**
 * A BPF helper: Linux's number and name, and what it does here.
 *
 * @param name with its prefix, such as {@code bpf_setsockopt}
 */
public record Helper(int id, String name, HelperFunction function) {
    public Helper {
        Objects.requireNonNull(name);
        Objects.requireNonNull(function);
    }

    /**
     * A helper by Linux's name.
     *
     * @throws IllegalArgumentException if Linux has no helper of that name
     */
    public static Helper of(String name, HelperFunction function) {
        return new Helper(HelperNames.idOf(name), name, function);
    }
}
