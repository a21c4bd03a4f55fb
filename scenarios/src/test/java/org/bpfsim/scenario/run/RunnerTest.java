package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.ArmTable;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.scenario.result.PortTable;
import org.bpfsim.scenario.result.QueueTable;
import org.bpfsim.scenario.result.ResultException;
import org.bpfsim.scenario.result.RunRecord;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.QueueSampler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner with runs that cost nothing. */
class RunnerTest {
    private static final Consumer<Progress> SILENT = progress -> {};

    @TempDir
    Path temp;

    private Experiment experiment;
    private Path folder;
    private final List<String> simulated = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void load() {
        experiment = load("replications: 3");
        folder = temp.resolve("results");
    }

    @Test
    void doesEveryRunOfThePlan() throws Exception {
        Outcome outcome = new Runner(experiment, folder, 2, this::succeed).run(SILENT);
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.stopped()).isFalse();
        assertThat(folder.resolve("runs")).isDirectoryContaining("glob:**r0000").isDirectoryContaining("glob:**r0002");
        assertThat(Files.readString(folder.resolve("manifest.json")))
                .contains("\"status\": \"ok\"")
                .doesNotContain("pending");
    }

    @Test
    void goesOnWhereAStoppedBatchStood() throws Exception {
        Runner[] stopping = new Runner[1];
        stopping[0] = new Runner(experiment, folder, 1, (run, control) -> {
            if (run.id().equals("r0001")) {
                stopping[0].requestStop();
                assertThat(control.stopRequested()).isTrue();
                return Optional.empty();
            }
            return succeed(run, control);
        });
        Outcome stopped = stopping[0].run(SILENT);
        assertThat(stopped.stopped()).isTrue();
        assertThat(stopped.doneRuns()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("manifest.json"))).contains("pending");

        Outcome resumed = new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        assertThat(resumed.keptRuns()).isEqualTo(1);
        assertThat(resumed.complete()).isTrue();
        assertThat(simulated).containsExactly("r0000", "r0001", "r0002");
    }

    @Test
    void repeatsARunWhoseWritingWasCutShort() throws Exception {
        new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        Path run = folder.resolve("runs/r0001");
        Files.move(run, folder.resolve("runs/r0001.tmp-killed"));

        Outcome resumed = new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        assertThat(resumed.keptRuns()).isEqualTo(2);
        assertThat(run).isDirectory();
        assertThat(folder.resolve("runs/r0001.tmp-killed")).doesNotExist();
    }

    @Test
    void moreReplicationsKeepThoseThatAreDone() throws Exception {
        new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        Outcome outcome = new Runner(load("replications: 5"), folder, 1, this::succeed).run(SILENT);
        assertThat(outcome.keptRuns()).isEqualTo(3);
        assertThat(outcome.doneRuns()).isEqualTo(2);
    }

    /** Also when the wish for a total effect comes, goes, and comes again: nothing is simulated twice. */
    @Test
    void moreVariantsKeepRunsThatAreDone() throws Exception {
        new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        Experiment more = load("replications: 3, total-effect: true");
        Outcome outcome = new Runner(more, folder, 1, this::succeed).run(SILENT);
        assertThat(outcome.keptRuns()).isEqualTo(3);
        assertThat(outcome.doneRuns()).isEqualTo(6);
        assertThat(new Runner(experiment, folder, 1, this::succeed).run(SILENT).doneRuns())
                .isZero();
        assertThat(new Runner(more, folder, 1, this::succeed).run(SILENT).doneRuns())
                .isZero();
    }

    @Test
    void aFailedRunLeavesTheOthersAlone() throws Exception {
        Outcome outcome = new Runner(
                        experiment,
                        folder,
                        2,
                        (run, control) -> run.id().equals("r0001")
                                ? Optional.of(result(run, Optional.of("program x faulted")))
                                : succeed(run, control))
                .run(SILENT);
        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.failed()).extracting(RunRecord::message).containsExactly("program x faulted");
        assertThat(outcome.doneRuns()).isEqualTo(3);
    }

    @Test
    void writesTheSameBytesWithOneThreadAndWithTwo() throws Exception {
        new Runner(experiment, temp.resolve("one"), 1, this::succeed).run(SILENT);
        new Runner(experiment, temp.resolve("two"), 2, this::succeed).run(SILENT);
        for (String file : List.of("manifest.json", "scenario.yaml", "runs/r0002/run.json", "runs/r0002/flows.csv")) {
            assertThat(temp.resolve("one").resolve(file))
                    .hasSameBinaryContentAs(temp.resolve("two").resolve(file));
        }
    }

    @Test
    void refusesAFolderOfAnotherExperiment() throws Exception {
        new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        assertThatThrownBy(() ->
                        new Runner(load("replications: 3, sample-every: 50us"), folder, 1, this::succeed).run(SILENT))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("holds results of another experiment")
                .hasMessageContaining("--out");
    }

    @Test
    void refusesAFolderOfSomethingElseAndLosesNothing() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("thesis.tex"), "precious");
        assertThatThrownBy(() -> new Runner(experiment, folder, 1, this::succeed).run(SILENT))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("holds something else than results");
        assertThat(folder.resolve("thesis.tex")).hasContent("precious");
    }

    @Test
    void refusesAFileInPlaceOfTheFolder() throws Exception {
        Files.writeString(folder, "");
        assertThatThrownBy(() -> new Runner(experiment, folder, 1, this::succeed).run(SILENT))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("this is a file, not a folder");
    }

    @Test
    void aFullDiskIsSaidWithTheRemedyAndFinishedRunsStay() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "needs Linux's /dev/full");
        assertThatThrownBy(() -> new Runner(experiment, folder, 1, (run, control) -> {
                            if (run.id().equals("r0002")) {
                                link(folder.resolve("manifest.json.tmp"), full);
                            }
                            return succeed(run, control);
                        })
                        .run(SILENT))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("Free some space and start again; finished runs are kept.");
        Outcome resumed = new Runner(experiment, folder, 1, this::succeed).run(SILENT);
        assertThat(resumed.keptRuns()).isEqualTo(3);
    }

    @Test
    void twoProcessesDoNotWriteOneFolder() throws Exception {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        new Runner(experiment, folder, 1, (run, control) -> {
                    try {
                        new Runner(experiment, folder, 1, this::succeed).run(SILENT);
                    } catch (ResultException e) {
                        said.add(e.getMessage());
                    }
                    return succeed(run, control);
                })
                .run(SILENT);
        assertThat(said)
                .hasSize(3)
                .allMatch(message -> message.contains("another bpfsim is writing these results now"));
        assertThat(folder.resolve(".lock")).doesNotExist();
    }

    @Test
    void progressEndsAtTheWhole() throws Exception {
        List<Progress> seen = new ArrayList<>();
        new Runner(experiment, folder, 1, this::succeed).run(seen::add);
        Progress last = seen.get(seen.size() - 1);
        assertThat(last.doneRuns()).isEqualTo(3);
        assertThat(last.fraction()).isEqualTo(1);
    }

    private Optional<RunResult> succeed(PlannedRun run, RunControl control) {
        simulated.add(run.id());
        control.reached(0.5);
        return Optional.of(result(run, Optional.empty()));
    }

    private RunResult result(PlannedRun run, Optional<String> failure) {
        List<String> arms = experiment.scenario().armNames();
        FlowTable flows = new FlowTable(arms, (src, dst) -> 0);
        flows.add(new FlowTable.Row(run.replication(), 1, 2, 3, 1000, 5, 77, 70, 0, 0, 0, 1, 1000, Ending.OK));
        return new RunResult(
                run,
                "00000000000000aa",
                1,
                2,
                failure,
                flows,
                new QueueTable(new QueueSampler(new Scheduler(), List.of(), 1)),
                new PortTable(List.of()),
                new ArmTable(arms),
                Optional.empty(),
                Optional.empty(),
                new org.bpfsim.scenario.result.TraceLog(new Scheduler()),
                java.util.Map.of());
    }

    private Experiment load(String replications) {
        try {
            String text = Files.readString(Path.of("library/tiny.yaml")).replace("replications: 3", replications);
            Path file = temp.resolve("tiny.yaml");
            Files.writeString(file, text);
            return ScenarioLoader.load(file).experiment().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path link, Path target) {
        try {
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
