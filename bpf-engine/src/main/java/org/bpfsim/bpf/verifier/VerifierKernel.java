package org.bpfsim.bpf.verifier;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.btf.Btf;

/**
 * The kernel that programs are judged for. What Linux fixes for all kernels (helpers, contexts, return ranges) is in the tables
 * of this package; what differs from one kernel to the next is here.
 *
 * @param types the kernel's types, and the functions that it describes
 * @param kconfig values of {@code CONFIG_*} and {@code LINUX_KERNEL_VERSION}
 * @param families by Linux's name of the program type; one that is missing has {@link Family#NONE}
 */
public record VerifierKernel(Btf types, Map<String, Long> kconfig, Map<String, Family> families) {
    public VerifierKernel {
        kconfig = Map.copyOf(kconfig);
        families = Map.copyOf(families);
    }

    /**
     * What programs of one type find.
     *
     * @param kfuncs kernel functions that exist although the kernel's types do not describe them
     * @param writable kernel fields that they may write, as {@code struct.field}
     * @param limits what the kernel's structs lack
     */
    public record Family(Set<String> kfuncs, Set<String> writable, Limits limits) {
        public static final Family NONE = new Family(Set.of(), Set.of(), Limits.NONE);

        public Family {
            kfuncs = Set.copyOf(kfuncs);
            writable = Set.copyOf(writable);
        }
    }

    /** Parts of Linux's context structs and socket views that this kernel does not have. */
    @FunctionalInterface
    public interface Limits {
        /** A kernel that has them all. */
        Limits NONE = (struct, offset, bytes, write) -> Optional.empty();

        /** Why an access that Linux allows cannot be made here; empty if it can. */
        Optional<String> problem(String struct, int offset, int bytes, boolean write);
    }

    Family family(String name) {
        return families.getOrDefault(name, Family.NONE);
    }
}
