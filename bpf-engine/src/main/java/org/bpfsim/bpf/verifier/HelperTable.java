package org.bpfsim.bpf.verifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.helper.HelperNames;

/** The contracts of all helpers, read from {@code helpers.txt}. */
final class HelperTable {
    private static final Map<String, HelperContract> CONTRACTS = read();

    private HelperTable() {}

    /** @param name without {@code bpf_}, with {@code .variant} if it is one */
    static Optional<HelperContract> contract(String name) {
        return Optional.ofNullable(CONTRACTS.get(name));
    }

    /** All contracts by name and variant. */
    static Map<String, HelperContract> all() {
        return CONTRACTS;
    }

    static List<String> lines(String resource) {
        try (InputStream in = HelperTable.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, HelperContract> read() {
        Map<String, HelperContract> table = new LinkedHashMap<>();
        for (String line : lines("helpers.txt")) {
            String[] parts = line.split("\\|", -1);
            String key = parts[0].strip();
            table.put(key, contract(key, parts[1].strip(), parts[2].strip(), parts[3].strip()));
        }
        return Collections.unmodifiableMap(table);
    }

    private static HelperContract contract(String key, String flags, String result, String arguments) {
        String name = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        Set<String> flagSet = Set.of(flags.isEmpty() ? new String[0] : flags.split(" +"));
        String kind = result;
        Optional<String> type = Optional.empty();
        if (kind.contains(":")) {
            type = Optional.of(kind.substring(kind.indexOf(':') + 1));
            kind = kind.substring(0, kind.indexOf(':'));
        }
        boolean maybeNull = kind.contains("?");
        kind = kind.replace("?", "");
        List<HelperContract.Argument> list = new ArrayList<>();
        for (String argument : arguments.isEmpty() ? new String[0] : arguments.split(", *")) {
            list.add(argument(argument));
        }
        return new HelperContract(
                HelperNames.idOf("bpf_" + name),
                name,
                flagSet.contains("gpl"),
                flagSet.contains("pkt"),
                flagSet.contains("sleep"),
                flagSet.contains("restricted"),
                flagSet.contains("fastcall"),
                kind,
                maybeNull,
                type,
                List.copyOf(list));
    }

    private static HelperContract.Argument argument(String text) {
        String rest = text;
        Optional<String> type = Optional.empty();
        int bytes = 0;
        int colon = rest.indexOf(':');
        if (colon >= 0) {
            String after = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (rest.startsWith("fixed")) {
                bytes = Integer.parseInt(after);
            } else {
                type = Optional.of(after);
            }
        }
        String[] parts = rest.split("\\+");
        Set<String> flags = new LinkedHashSet<>(List.of(parts).subList(1, parts.length));
        boolean maybeNull = parts[0].endsWith("?");
        String kind = maybeNull ? parts[0].substring(0, parts[0].length() - 1) : parts[0];
        return new HelperContract.Argument(kind, maybeNull, flags, type, bytes);
    }
}
