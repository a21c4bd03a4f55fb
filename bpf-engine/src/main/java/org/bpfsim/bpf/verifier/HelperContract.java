package org.bpfsim.bpf.verifier;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Linux demands of a helper's arguments and promises of its result.
 *
 * @param name without {@code bpf_}
 * @param fastcall whether it leaves alone all registers but its arguments and R0, and Linux makes use of that
 * @param result kind of result without {@code ?}, such as {@code integer}, {@code map_value}, {@code btf}
 * @param resultMaybeNull whether it must be tested before use
 * @param resultType for {@code btf} results the struct
 */
record HelperContract(
        int id,
        String name,
        boolean gpl,
        boolean packet,
        boolean sleeps,
        boolean restricted,
        boolean fastcall,
        String result,
        boolean resultMaybeNull,
        Optional<String> resultType,
        List<Argument> arguments) {

    /**
     * One argument.
     *
     * @param kind such as {@code map}, {@code key}, {@code mem}, {@code size}
     * @param type for {@code btf} the struct
     * @param bytes for {@code fixed} the size
     */
    record Argument(String kind, boolean maybeNull, Set<String> flags, Optional<String> type, int bytes) {
        boolean has(String flag) {
            return flags.contains(flag);
        }

        boolean uninit() {
            return kind.equals("memuninit") || has("uninit");
        }

        boolean writes() {
            return uninit() || has("write") || has("rw");
        }
    }
}
