package org.bpfsim.bpf.verifier;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a program family may do: read from {@code families.txt}. Immutable once read. */
final class FamilyRules {
    /** Whether packets can be reached through the context. */
    enum Packet {
        NONE,
        READ,
        WRITE
    }

    private static final Map<String, FamilyRules> FAMILIES = read();

    final String name;
    String context = "";
    Set<String> denied = new LinkedHashSet<>();
    Set<String> writable = new LinkedHashSet<>();
    Packet packet = Packet.NONE;
    boolean packetArguments;
    boolean checksReturn;
    long returnMin;
    long returnMax;
    Map<Integer, HelperContract> helpers = new LinkedHashMap<>();

    private FamilyRules(String name) {
        this.name = name;
    }

    static Optional<FamilyRules> of(String name) {
        return Optional.ofNullable(FAMILIES.get(name));
    }

    static Map<String, FamilyRules> all() {
        return FAMILIES;
    }

    /** The rules of a family Linux gives a name to, or an empty one for what we do not know. */
    Optional<HelperContract> helper(int id) {
        return Optional.ofNullable(helpers.get(id));
    }

    private static Map<String, FamilyRules> read() {
        Map<String, FamilyRules> families = new LinkedHashMap<>();
        Map<String, List<String>> groups = new LinkedHashMap<>();
        FamilyRules family = null;
        for (String line : HelperTable.lines("families.txt")) {
            List<String> words = List.of(line.strip().split(" +"));
            List<String> rest = words.subList(1, words.size());
            switch (words.get(0)) {
                case "group" -> groups.put(rest.get(0), rest.subList(1, rest.size()));
                case "family" -> {
                    family = new FamilyRules(rest.get(0));
                    families.put(family.name, family);
                }
                case "like" -> family.inherit(families.get(rest.get(0)));
                case "context" -> family.context = rest.get(0);
                case "deny" -> family.denied.addAll(rest);
                case "write" -> family.writable.addAll(rest);
                case "packet" -> family.packet = Packet.valueOf(rest.get(0).toUpperCase(java.util.Locale.ROOT));
                case "packet-arguments" -> family.packetArguments = true;
                case "returns" -> {
                    family.checksReturn = true;
                    family.returnMin = Long.parseLong(rest.get(0));
                    family.returnMax = Long.parseLong(rest.get(1));
                }
                case "helpers" -> family.addHelpers(rest, groups);
                default -> throw new AssertionError("families.txt: " + line);
            }
        }
        return Collections.unmodifiableMap(families);
    }

    private void inherit(FamilyRules o) {
        context = o.context;
        denied.addAll(o.denied);
        writable.addAll(o.writable);
        packet = o.packet;
        packetArguments = o.packetArguments;
        checksReturn = o.checksReturn;
        returnMin = o.returnMin;
        returnMax = o.returnMax;
        helpers.putAll(o.helpers);
    }

    private void addHelpers(List<String> names, Map<String, List<String>> groups) {
        for (String helper : names) {
            if (helper.startsWith("@")) {
                addHelpers(groups.get(helper.substring(1)), groups);
            } else {
                // Contracts that the table leaves out belong to helpers that nobody has asked for yet.
                HelperTable.contract(helper.replace('=', '.')).ifPresent(c -> helpers.put(c.id(), c));
            }
        }
    }
}
