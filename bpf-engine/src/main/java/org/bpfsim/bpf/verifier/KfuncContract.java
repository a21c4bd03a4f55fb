package org.bpfsim.bpf.verifier;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Linux says of a kfunc beside its prototype.
 *
 * @param flags KF_* in lower case without the prefix
 * @param families program types that may call it; {@code all} for every one
 * @param parameters their names in the kernel, where a suffix such as {@code __uninit} says how one is checked; else empty
 */
record KfuncContract(String name, Set<String> flags, Set<String> families, List<String> parameters) {
    private static final Map<String, KfuncContract> TABLE = read();

    static Optional<KfuncContract> of(String name) {
        return Optional.ofNullable(TABLE.get(name));
    }

    static Map<String, KfuncContract> all() {
        return TABLE;
    }

    static boolean isIteratorNext(String name) {
        KfuncContract c = TABLE.get(name);
        return c != null && c.has("iter_next");
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    boolean allowedIn(String family) {
        return families.contains("all") || families.contains(family);
    }

    private static Map<String, KfuncContract> read() {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        Map<String, KfuncContract> table = new LinkedHashMap<>();
        for (String line : HelperTable.lines("kfuncs.txt")) {
            if (line.startsWith("group ")) {
                List<String> words = List.of(line.split(" +"));
                groups.put(words.get(1), Set.copyOf(words.subList(2, words.size())));
            } else {
                String[] parts = line.split("\\|", -1);
                String flags = parts[1].strip();
                String name = parts[0].strip();
                table.put(
                        name,
                        new KfuncContract(
                                name,
                                flags.isEmpty() ? Set.of() : Set.of(flags.split(" +")),
                                groups.get(parts[2].strip()),
                                parts.length > 3 ? List.of(parts[3].strip().split(" +")) : List.of()));
            }
        }
        return Collections.unmodifiableMap(table);
    }
}
