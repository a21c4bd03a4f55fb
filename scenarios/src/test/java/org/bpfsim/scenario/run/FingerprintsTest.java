package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.result.RunResult;
import org.junit.jupiter.api.Test;

/**
 * The first run of library scenarios gives the same event trace as when {@code fingerprints.txt} was written. A change
 * here is a change of everybody's results: say so in CHANGELOG.md (**Results**), then accept it with
 * {@code -Dbpfsim.regenerate=true}.
 */
class FingerprintsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/fingerprints.txt");
    /** Small ones first; quickstart with its measured interval cut down. */
    private static final List<String> SCENARIOS = List.of("tiny", "aa", "dctcp-queue", "cubic-queue", "quickstart");

    @Test
    void libraryScenariosGiveTheTraceThatIsPinned() throws IOException {
        String now = SCENARIOS.stream().map(FingerprintsTest::line).collect(Collectors.joining());
        if (Boolean.getBoolean("bpfsim.regenerate")) {
            Files.writeString(GOLDEN, now);
        }
        assertThat(now)
                .as("traces changed; if that is meant, note it in CHANGELOG.md and run: mvn -pl scenarios -am test"
                        + " -Dtest=FingerprintsTest -Dsurefire.failIfNoSpecifiedTests=false -Dbpfsim.regenerate=true")
                .isEqualTo(Files.readString(GOLDEN));
    }

    private static String line(String name) {
        Experiment experiment = experiment(name);
        RunResult result = Runner.simulation(experiment)
                .simulate(experiment.plan().runs().get(0), new RunControl(() -> false))
                .orElseThrow();
        return name + " " + result.fingerprint() + " " + result.events() + " events\n";
    }

    private static Experiment experiment(String name) {
        try {
            Path library = Path.of("library").toAbsolutePath();
            String text = Files.readString(library.resolve(name + ".yaml"))
                    .replace(
                            "warm-up: 30ms, measure: 32ms, cool-down: 5ms",
                            "warm-up: 5ms, measure: 2ms, cool-down: 2ms");
            Path file = Files.createTempFile("fingerprint-", ".yaml");
            try {
                Files.writeString(file, text);
                return ScenarioLoader.load(file, name, library::resolve)
                        .experiment()
                        .orElseThrow();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
