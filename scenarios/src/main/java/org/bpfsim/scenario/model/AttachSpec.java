package org.bpfsim.scenario.model;

import java.util.Optional;

/**
 * An ELF object of an arm.
 *
 * @param object path as given, relative to the scenario file
 * @param type what its programs must be; empty: its section names say it
 */
public record AttachSpec(String object, Optional<ProgramType> type) {
    /** The kinds of program that can be attached. */
    public enum ProgramType {
        /** {@code BPF_PROG_TYPE_SOCK_OPS}, attached to the arm's cgroup. */
        SOCK_OPS("sock_ops"),
        /** {@code BPF_PROG_TYPE_STRUCT_OPS}: a congestion control, registered with every host by its name. */
        STRUCT_OPS("struct_ops");

        private final String word;

        ProgramType(String word) {
            this.word = word;
        }

        /** As libbpf and bpftool call it. */
        public String word() {
            return word;
        }
    }
}
