package org.bpfsim.bpf.verifier;

import java.util.Set;
import java.util.TreeSet;

/** What Linux 6.12 gives programs of a type, as the verifier knows it: for comparisons with what an embedder has. */
public final class LinuxFamilies {
    private LinuxFamilies() {}

    /** Names of helpers, such as {@code bpf_setsockopt}, in alphabetical order; empty for a type that Linux does not have. */
    public static Set<String> helpers(String family) {
        Set<String> names = new TreeSet<>();
        FamilyRules.of(family).ifPresent(rules -> rules.helpers.values().forEach(h -> names.add("bpf_" + h.name())));
        if (family.equals("sock_ops")) {
            // In the set of all cgroup programs, and refused for this way of attaching (cgroup_common_func_proto()).
            names.remove("bpf_get_retval");
            names.remove("bpf_set_retval");
        }
        return names;
    }

    /** Fields of the context that programs can read, in alphabetical order; empty if the context is BTF's. */
    public static Set<String> contextFields(String family) {
        Set<String> names = new TreeSet<>();
        FamilyRules.of(family)
                .filter(rules -> ContextLayout.all().containsKey(rules.context))
                .ifPresent(rules -> ContextLayout.of(rules.context).fields().stream()
                        .filter(f -> !f.kind().equals("hidden") && !rules.denied.contains(f.name()))
                        .forEach(f -> names.add(f.name())));
        return names;
    }
}
