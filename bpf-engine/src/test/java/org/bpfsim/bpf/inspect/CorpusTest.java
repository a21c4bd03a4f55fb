package org.bpfsim.bpf.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Opens the kernel's own BPF programs, which are not ours to commit: give the folder where they were built as system property or
 * environment variable {@code bpfsim.corpus} / {@code BPFSIM_CORPUS}.
 */
class CorpusTest {
    private Path corpus;

    @BeforeEach
    void find() {
        String folder = System.getProperty("bpfsim.corpus", System.getenv("BPFSIM_CORPUS"));
        assumeTrue(
                folder != null && Files.isDirectory(Path.of(folder)),
                "skipped: no folder with the kernel's BPF objects (bpfsim.corpus)");
        corpus = Path.of(folder);
    }

    private List<Path> objects(String... sets) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String set : sets) {
            try (Stream<Path> files = Files.list(corpus.resolve(set))) {
                files.filter(f -> f.toString().endsWith(".o")).sorted().forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void everyObjectIsOpenedOrRefusedAsLibbpfDoes() throws Exception {
        Map<String, String> refused = new TreeMap<>();
        List<Path> objects = objects("tcp", "samples", "verifier");
        for (Path file : objects) {
            try {
                ReportText.of(Inspection.of(
                        Files.readAllBytes(file), file.getFileName().toString()));
            } catch (BpfLoadException e) {
                refused.put(file.getFileName().toString(), e.getMessage());
            }
        }

        assertThat(objects).hasSizeGreaterThan(150);
        assertThat(refused).containsOnlyKeys("tcp_dumpstats_kern.o");
        assertThat(refused.get("tcp_dumpstats_kern.o"))
                .contains(".maps/bpf_next_dump")
                .contains("__uint()");
    }

    @Test
    void inventoryAgreesWithAnIndependentReader() throws Exception {
        Pattern pair = Pattern.compile("\"(bpf_\\w+)\": (\\d+)");
        for (String line : Files.readAllLines(corpus.resolve("inventory.jsonl"))) {
            String name = text(line, "\"obj\": \"([^\"]+)\"");
            Path file = Stream.of("tcp", "samples")
                    .map(s -> corpus.resolve(s).resolve(name))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            if (name.equals("tcp_dumpstats_kern.o")) {
                continue;
            }
            ObjectReport report = Inspection.of(BpfObject.open(Files.readAllBytes(file), name));

            assertThat(report.instructions()).as(name).isEqualTo(Integer.parseInt(text(line, "\"insns\": (\\d+)")));
            assertThat(report.license()).as(name).isEqualTo(text(line, "\"license\": \"([^\"]*)\""));
            Map<String, Integer> helpers = new TreeMap<>();
            Matcher matcher = pair.matcher(text(line, "\"helpers\": (\\{[^}]*})"));
            while (matcher.find()) {
                helpers.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
            }
            if (!name.equals(
                    "verifier_sock_addr.o")) { // has a function that nobody calls: its helpers are no program's
                assertThat(report.helpers().keySet()).as(name).isEqualTo(helpers.keySet());
            }
            long programs =
                    Pattern.compile("\"sub\": false").matcher(line).results().count();
            assertThat(report.programs()).as(name).hasSize((int) programs);
        }
    }

    private static String text(String line, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }
}
