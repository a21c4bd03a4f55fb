package org.bpfsim.tcp.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which test shows what: {@code src/test/bpf/proofs.txt}, whose head says how it is written, as the tables of
 * docs/bpf-support.md. A test that is not there makes {@link SupportPageTest} fail.
 */
final class Proofs {
    private static final Path LIST = Objects.TEST_PROGRAMS.resolve("proofs.txt");
    private static final Path REPOSITORY = Path.of("..");

    /** Test classes of all modules by name, and by module/name. */
    private final Map<String, List<Path>> classes = new TreeMap<>();

    private final Map<Path, String> sources = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private Proofs() throws IOException {
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            for (Path module : modules.sorted().toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    collect(module.getFileName() + "/", tests);
                }
            }
        }
    }

    private void collect(String module, Path tests) throws IOException {
        try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.java"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                classes.computeIfAbsent(name, n -> new ArrayList<>()).add(file);
                classes.put(module + name, List.of(file));
            }
        }
    }

    /** The tables, in Markdown. */
    static String tables() throws IOException {
        Proofs proofs = new Proofs();
        StringBuilder page = new StringBuilder();
        int number = 0;
        for (String line : Files.readAllLines(LIST)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("= ")) {
                page.append("\n### ")
                        .append(line.substring(2).strip())
                        .append("\n\n| what | shown by |\n| --- | --- |\n");
            } else {
                proofs.row(page, line, LIST + ":" + number + ": ");
            }
        }
        if (!proofs.problems.isEmpty()) {
            throw new AssertionError(String.join("\n", proofs.problems));
        }
        return page.toString();
    }

    private void row(StringBuilder page, String line, String place) {
        int bar = line.lastIndexOf(" | ");
        if (bar < 0) {
            problems.add(place + "no \" | \" between what is shown and the tests that show it");
            return;
        }
        List<String> tests = new ArrayList<>();
        String right = line.substring(bar + 3).strip();
        if (right.startsWith("not ")) {
            tests.add(right);
        } else {
            for (String test : right.split(", *")) {
                tests.add(link(test, place));
            }
        }
        page.append("| ")
                .append(line, 0, bar)
                .append(" | ")
                .append(String.join(", ", tests))
                .append(" |\n");
    }

    private String link(String test, String place) {
        String[] parts = test.split("#", -1);
        List<Path> files = classes.getOrDefault(parts[0], List.of());
        if (files.size() != 1) {
            problems.add(place
                    + (files.isEmpty() ? "there is no test class " : "name the module of test class ")
                    + parts[0]);
            return test;
        }
        Path file = files.get(0);
        if (parts.length > 2 || parts.length == 2 && !hasMethod(file, parts[1])) {
            problems.add(place + parts[0] + " has no test " + parts[1]);
        }
        return "[`" + test.replace('#', '.') + "`](" + file + ")";
    }

    private boolean hasMethod(Path file, String method) {
        return Pattern.compile("\\bvoid " + Pattern.quote(method) + "\\(")
                .matcher(source(file))
                .find();
    }

    private String source(Path file) {
        return sources.computeIfAbsent(file, f -> {
            try {
                return Files.readString(f);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
