package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.result.ResultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file to a result folder, with real programs in real TCP. */
class WholeBatchTest {
    @TempDir
    Path temp;

    @Test
    void resultsAreTheSameBytesWithOneThreadAndWithTwo() throws Exception {
        Experiment experiment = experiment();
        new Runner(experiment, temp.resolve("one"), 1).run(progress -> {});
        new Runner(experiment, temp.resolve("two"), 2).run(progress -> {});
        List<Path> files = files(temp.resolve("one"));
        assertThat(files).hasSizeGreaterThan(8 * 5).isEqualTo(files(temp.resolve("two")));
        for (Path file : files) {
            assertThat(temp.resolve("one").resolve(file))
                    .hasSameBinaryContentAs(temp.resolve("two").resolve(file));
        }
    }

    @Test
    void aFolderAloneIsEnoughToReproduceIt() throws Exception {
        Path results = temp.resolve("results");
        new Runner(experiment(), results, 2).run(progress -> {});
        Reproduction reproduction = new Reproducer(results, 2).reproduce(progress -> {});
        assertThat(reproduction.identical()).isTrue();
        assertThat(reproduction.runs()).isEqualTo(8);
    }

    @Test
    void reproducingFindsTheFirstDifference() throws Exception {
        Path results = temp.resolve("results");
        new Runner(experiment(), results, 2).run(progress -> {});
        Path flows = results.resolve("runs/r0001-all-control/flows.csv");
        List<String> lines = Files.readAllLines(flows);
        String altered = lines.get(2).replaceFirst(",ok", ",failed");
        lines.set(2, altered);
        Files.write(flows, lines);
        assertThat(new Reproducer(results, 2)
                        .reproduce(progress -> {})
                        .difference()
                        .orElseThrow())
                .satisfies(difference -> {
                    assertThat(difference.file()).isEqualTo("runs/r0001-all-control/flows.csv");
                    assertThat(difference.line()).isEqualTo(3);
                    assertThat(difference.stored()).contains(altered);
                });
    }

    @Test
    void reproducingSaysWhenTheInputsWereChanged() throws Exception {
        Path results = temp.resolve("results");
        new Runner(experiment(), results, 2).run(progress -> {});
        Path scenario = results.resolve("scenario.yaml");
        Files.writeString(scenario, Files.readString(scenario).replace("load: 30%", "load: 20%"));
        assertThatThrownBy(() -> new Reproducer(results, 1).reproduce(progress -> {}))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("scenario.yaml or an object was changed after the runs");
    }

    @Test
    void thereIsNothingToReproduceInAnEmptyFolder() {
        assertThatThrownBy(() -> new Reproducer(temp, 1).reproduce(progress -> {}))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("there are no results here");
    }

    /** tiny.yaml with the programs of quickstart.yaml, two replications of four variants. */
    private Experiment experiment() throws IOException {
        String programs = Path.of("programs").toAbsolutePath().toString();
        String text = Files.readString(Path.of("library/tiny.yaml"))
                .replace(
                        "  treated: {share: 50%}",
                        "  tune: {share: 30%, attach: [{object: P/distance_tune.bpf.o}]}\n"
                                + "  dctcp: {share: 30%, attach: [{object: P/dctcp.bpf.o}, {object: P/use_cc.bpf.o}]}")
                .replace("arm: treated", "arm: tune")
                .replace("P/", programs + "/")
                .replace("replications: 3", "replications: 2, total-effect: true");
        Path file = Files.writeString(temp.resolve("batch.yaml"), text);
        var loaded = ScenarioLoader.load(file);
        assertThat(loaded.problems()).isEmpty();
        return loaded.experiment().orElseThrow();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }
}
