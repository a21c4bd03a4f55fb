package org.bpfsim.bpf.map;

import java.util.EnumMap;
import java.util.Map;

/** The programs on a map of sockets, or those that a socket inherited (Linux 6.12: struct sk_psock_progs). */
public final class SocketPrograms {
    /** Where a program can be attached (Linux: enum bpf_attach_type). */
    public enum Hook {
        SK_MSG_VERDICT,
        SK_SKB_STREAM_PARSER,
        SK_SKB_STREAM_VERDICT,
        SK_SKB_VERDICT;

        /** The hook of libbpf's section names; null for a section of another kind. */
        public static Hook ofSection(String section) {
            String plain = section.startsWith("?") ? section.substring(1) : section;
            switch (plain) {
                case "sk_skb/stream_parser":
                case "sk_skb1":
                    return SK_SKB_STREAM_PARSER;
                case "sk_skb/stream_verdict":
                case "sk_skb2":
                case "sk_skb":
                    return SK_SKB_STREAM_VERDICT;
                case "sk_skb/verdict":
                    return SK_SKB_VERDICT;
                default:
                    return plain.startsWith("sk_msg") ? SK_MSG_VERDICT : null;
            }
        }

        /** The hook that none can be at together with this one; null if there is none. */
        public Hook rival() {
            return this == SK_SKB_STREAM_VERDICT
                    ? SK_SKB_VERDICT
                    : this == SK_SKB_VERDICT ? SK_SKB_STREAM_VERDICT : null;
        }
    }

    private final Map<Hook, Object> programs = new EnumMap<>(Hook.class);

    /** The program at a hook, or null. */
    public Object get(Hook hook) {
        return programs.get(hook);
    }

    boolean isEmpty() {
        return programs.isEmpty();
    }

    void set(Hook hook, Object program) {
        programs.put(hook, program);
    }

    void remove(Hook hook) {
        programs.remove(hook);
    }

    void clear() {
        programs.clear();
    }

    /** Whether a socket that has these can get those of a map, too: each is inherited once. */
    boolean clashesWith(SocketPrograms more) {
        for (Hook hook : Hook.values()) {
            if (more.get(hook) != null && (get(hook) != null || hook.rival() != null && get(hook.rival()) != null)) {
                return true;
            }
        }
        return false;
    }

    void addAll(SocketPrograms more) {
        programs.putAll(more.programs);
    }
}
