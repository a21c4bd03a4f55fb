package org.bpfsim.bpf.inspect;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an object contains and asks for.
 *
 * @param btfTypes number of BTF types; 0 without BTF
 * @param instructions of all functions, in 8-byte slots
 */
public record ObjectReport(
        String name,
        String license,
        int btfTypes,
        int instructions,
        List<Program> programs,
        List<MapEntry> maps,
        List<StructOps> structOps,
        List<String> kconfig) {

    public ObjectReport {
        programs = List.copyOf(programs);
        maps = List.copyOf(maps);
        structOps = List.copyOf(structOps);
        kconfig = List.copyOf(kconfig);
    }

    /**
     * One program.
     *
     * @param type by its section's name; empty if libbpf does not know the name
     * @param optional whether its section's name begins with {@code ?}
     * @param instructions its own, in 8-byte slots
     * @param functions functions of the object that it calls, directly or not
     * @param helpers with the number of calls, its functions' too
     * @param kfuncs names of kernel functions and variables, weak ones with {@code ?} behind
     * @param maps names of maps and data sections that it uses
     * @param contextFields fields of its context that it reads, and writes ({@code (w)}); empty if its context is not known
     * @param kernelFields what its CO-RE relocations ask for, such as {@code tcp_sock.snd_cwnd}
     */
    public record Program(
            String name,
            String section,
            Optional<String> type,
            boolean optional,
            int instructions,
            List<String> functions,
            Map<String, Integer> helpers,
            List<String> kfuncs,
            List<String> maps,
            List<String> contextFields,
            List<String> kernelFields) {
        public Program {
            contextFields = List.copyOf(contextFields);
            functions = List.copyOf(functions);
            kfuncs = List.copyOf(kfuncs);
            maps = List.copyOf(maps);
            kernelFields = List.copyOf(kernelFields);
        }
    }

    /** One map or section of global data. */
    public record MapEntry(
            String name, String type, int keyBytes, int valueBytes, int maxEntries, long flags, boolean globalData) {}

    /** One struct_ops map: which program each function member is set to, and the other members that are set. */
    public record StructOps(
            String name, String type, boolean link, Map<String, String> functions, Map<String, String> data) {}

    /** Helpers of all programs with their calls, by name. */
    public Map<String, Integer> helpers() {
        Map<String, Integer> all = new TreeMap<>();
        programs.forEach(p -> p.helpers().forEach((h, n) -> all.merge(h, n, Integer::sum)));
        return all;
    }

    /** Kernel fields of all programs, each once, sorted. */
    public List<String> kernelFields() {
        return programs.stream()
                .flatMap(p -> p.kernelFields().stream())
                .distinct()
                .sorted()
                .toList();
    }
}
