package org.bpfsim.scenario.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ELF object of an arm.
 *
 * @param object path as given, relative to the scenario file
 * @param type what its programs must be; empty: its section names say it
 * @param map a map of sockets that gets the object's programs on messages and streams; sockets that are put in get them
 * @param program the only one of those programs that is meant; empty: all
 * @param variables initial values of global variables; values are {@code String}, {@code List} or {@code Map}
 * @param maps initial contents of maps by name
 * @param dump names of the maps whose final contents are wanted
 * @param atPs when it takes effect; 0: before anything else happens
 * @param untilPs when it is taken back; {@link #FOR_GOOD}: never
 * @param replaces the path of an object of the arm whose place it takes
 */
public record AttachSpec(
        String object,
        Optional<ProgramType> type,
        Optional<String> map,
        Optional<String> program,
        Map<String, Object> variables,
        Map<String, List<MapEntry>> maps,
        List<String> dump,
        long atPs,
        long untilPs,
        Optional<String> replaces) {
    /** An {@link #untilPs} beyond every run. */
    public static final long FOR_GOOD = Long.MAX_VALUE;

    /**
     * One entry of a map.
     *
     * @param key empty for queues and stacks, which have none
     */
    public record MapEntry(Optional<Object> key, Object value) {}

    public AttachSpec {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
        dump = List.copyOf(dump);
    }

    /** The kinds of program that can be attached. */
    public enum ProgramType {
        /** {@code BPF_PROG_TYPE_SOCK_OPS}, attached to the arm's cgroup. */
        SOCK_OPS("sock_ops"),
        /** {@code BPF_PROG_TYPE_STRUCT_OPS}: a congestion control, registered with every host by its name. */
        STRUCT_OPS("struct_ops"),
        /** {@code BPF_PROG_TYPE_SK_MSG}, attached to a map of sockets: what they send. */
        SK_MSG("sk_msg"),
        /** {@code BPF_PROG_TYPE_SK_SKB}, attached to a map of sockets: what they receive. */
        SK_SKB("sk_skb");

        private final String word;

        ProgramType(String word) {
            this.word = word;
        }

        /** Whether such programs are attached to a map of sockets. */
        public boolean isForMaps() {
            return this == SK_MSG || this == SK_SKB;
        }

        /** As libbpf and bpftool call it. */
        public String word() {
            return word;
        }
    }
}
