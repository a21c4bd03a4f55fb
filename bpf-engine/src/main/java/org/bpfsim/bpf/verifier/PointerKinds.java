package org.bpfsim.bpf.verifier;

import java.util.EnumSet;
import java.util.Set;

/**
 * What each load and store goes through on the paths walked so far. Linux rewrites accesses to contexts, sockets and kernel
 * structs in a way that depends on the kind of pointer, so all paths must come with the same (Linux 6.12:
 * {@code save_aux_ptr_type()} in kernel/bpf/verifier.c).
 */
final class PointerKinds {
    private static final Set<RegType> REWRITTEN = EnumSet.of(
            RegType.CTX,
            RegType.SOCKET,
            RegType.SOCK_COMMON,
            RegType.TCP_SOCK,
            RegType.XDP_SOCK,
            RegType.BTF,
            RegType.ARENA);

    private final Verification v;
    /** By slot; null as long as no path came by. */
    private final RegType[] types;

    private final int[] flags;

    PointerKinds(Verification v) {
        this.v = v;
        this.types = new RegType[v.code.length];
        this.flags = new int[v.code.length];
    }

    /**
     * The current instruction has gone through a pointer.
     *
     * @param load plain loads go through kernel structs that are trusted and such that are not
     */
    void note(RegType type, int typeFlags, boolean load) {
        RegType before = types[v.slot];
        if (before == null) {
            types[v.slot] = type;
            flags[v.slot] = typeFlags;
            return;
        }
        boolean same = before == type && flags[v.slot] == typeFlags;
        boolean rewritten = REWRITTEN.contains(type) || REWRITTEN.contains(before);
        if (same || !rewritten) {
            return;
        }
        if (load && type == RegType.BTF && before == RegType.BTF) {
            flags[v.slot] = Reg.UNTRUSTED;
            return;
        }
        throw v.invalid("same insn cannot be used with different pointers");
    }
}
