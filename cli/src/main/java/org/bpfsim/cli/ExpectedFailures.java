package org.bpfsim.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scripts that are known to fail, each with its reason: lines of a script's path, or the end of it, blanks, and the reason.
 * Lines that are empty or begin with {@code #} count for nothing.
 */
final class ExpectedFailures {
    private final Map<String, String> reasons = new LinkedHashMap<>();

    /** None. */
    ExpectedFailures() {}

    /**
     * Reads a list.
     *
     * @throws CommandException if the file cannot be read, or a line has no reason
     */
    static ExpectedFailures read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CommandException.usage(FileTrouble.describe(e, file));
        }
        ExpectedFailures expected = new ExpectedFailures();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\\s+", 2);
            if (parts.length < 2) {
                throw CommandException.usage(
                        file + ":" + (i + 1) + ": \"" + line + "\" has no reason. Write: script  why it fails");
            }
            expected.reasons.put(parts[0], parts[1]);
        }
        return expected;
    }

    /** Why a script is expected to fail, or null if it is not. */
    String reason(Path script) {
        for (Map.Entry<String, String> e : reasons.entrySet()) {
            if (script.endsWith(e.getKey())) {
                return e.getValue();
            }
        }
        return null;
    }
}
