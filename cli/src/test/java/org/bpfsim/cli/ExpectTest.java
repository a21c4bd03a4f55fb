package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.report.stats.Measure;
import org.bpfsim.scenario.model.Score;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key {@code expect}, from scenario file to exit status. */
class ExpectTest {
    @TempDir
    private Path folder;

    private Path scenario(String... expectations) throws IOException {
        String text = Files.readString(Repository.library("tiny.yaml")).replaceAll("(?s)\nexpect:.*", "\n");
        return Files.writeString(
                folder.resolve("tiny.yaml"),
                expectations.length == 0 ? text : text + "expect:\n  - " + String.join("\n  - ", expectations) + "\n");
    }

    @Test
    void whatScenariosMayExpectIsWhatReportsScore() {
        List<String> scored = Arrays.stream(Measure.values())
                .map(m -> m.key() + " " + scope(m.scope()))
                .toList();
        List<String> expectable = Arrays.stream(Score.values())
                .map(s -> s.word() + " " + s.scope())
                .toList();
        assertThat(expectable)
                .as("model.Score of scenarios lists the measures of reports: add the new one there")
                .isEqualTo(scored);
    }

    private static Score.Scope scope(Measure.Scope scope) {
        return switch (scope) {
            case ARM -> Score.Scope.ARM;
            case ARM_AND_CLASS -> Score.Scope.FLOWS;
            case PORT_CLASS -> Score.Scope.PORTS;
        };
    }

    @Test
    void checkSucceedsIfAllHolds() throws IOException {
        Path scenario =
                scenario("{metric: unfinished, value: 0%..1%}", "{metric: fct_mean, arm: treated, value: 1us..10ms}");
        Cli run = Cli.run("run", scenario, "--out", folder.resolve("out"), "--check", "--no-png");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("tiny: 2 of 2 expectations held", "as expected");
        assertThat(folder.resolve("out/tables/expectations.csv"))
                .content()
                .contains("fct_mean,all,treated,,ab,")
                .contains(",as expected\n");
        assertThat(folder.resolve("out/report.html")).content().contains("As expected?");
    }

    @Test
    void checkFailsIfSomethingDoesNotHold() throws IOException {
        Path scenario = scenario("{metric: unfinished, value: 50%..100%}", "{metric: fct_mean, value: 1us..10ms}");
        Path out = folder.resolve("out");
        Cli run = Cli.run("run", scenario, "--out", out, "--check", "--no-png");
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out()).contains("tiny: 1 of 2 expectations held", "not as expected");
        assertThat(Cli.run("report", out, "--no-png").status()).isZero();
        assertThat(Cli.run("report", out, "--no-png", "--check").status()).isEqualTo(3);
    }

    /** Arms of tiny are alike, so no difference can be told. */
    @Test
    void checkFailsIfItCannotTell() throws IOException {
        Path scenario = scenario("{metric: fct_mean, direction: lower, by: 1%..30%}");
        Cli run = Cli.run("run", scenario, "--out", folder.resolve("out"), "--check", "--no-png");
        assertThat(run.out()).contains("cannot tell");
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void aScenarioThatExpectsNothingHasNothingToCheck() throws IOException {
        Cli run = Cli.run("run", scenario(), "--out", folder.resolve("out"), "--check", "--no-png");
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("tiny: the scenario expects nothing");
    }

    @Test
    void checkNeedsTheReport() throws IOException {
        Cli run = Cli.run("run", scenario(), "--check", "--no-report");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--check needs the report");
    }
}
