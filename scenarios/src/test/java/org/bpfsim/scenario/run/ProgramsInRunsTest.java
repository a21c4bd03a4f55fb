package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.world.MapViews;
import org.bpfsim.scenario.yaml.Problem;
import org.bpfsim.sim.SimTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs act where they are attached. */
class ProgramsInRunsTest {
    private static final String CONTROL = "control";

    @TempDir
    Path temp;

    /** Every program is verified before a run begins: what Linux refuses is a mistake in the scenario. */
    @Test
    void aProgramThatLinuxRefusesIsAProblemOfTheScenario() throws Exception {
        String objects = Path.of("../tcp-model/src/test/bpf").toAbsolutePath().toString();
        Path file = Files.writeString(
                temp.resolve("x.yaml"),
                Files.readString(Path.of("library/tiny.yaml"))
                        .replace("{share: 50%}", "{share: 50%, attach: [{object: " + objects + "/err_write.bpf.o}]}"));
        assertThat(ScenarioLoader.load(file).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("err_write.bpf.c:8")
                        .contains("Linux refuses it: no write support to tcp_sock"));
    }

    @Test
    void whatProgramsPrintIsKept() throws Exception {
        Experiment experiment = tiny("{share: 50%, attach: [{object: OBJECTS/trace.bpf.o}]}", text -> text);
        Path folder = temp.resolve("results");
        new Runner(experiment, folder, 2).run(progress -> {});
        assertThat(Files.readAllLines(folder.resolve("runs/r0000/trace.txt")))
                .hasSizeGreaterThan(50)
                .allMatch(line -> line.matches("[0-9]+ ns host-[0-3]: connected to port 7301"));
    }

    /** Rolled out while flows run, and back again. */
    @Test
    void programsComeAndGoAtTheirTimes() throws Exception {
        Experiment experiment =
                tiny("{share: 50%, attach: [{object: OBJECTS/trace.bpf.o, at: 2ms, until: 3ms}]}", text -> text);
        Path folder = temp.resolve("results");
        new Runner(experiment, folder, 1).run(progress -> {});
        assertThat(Files.readAllLines(folder.resolve("runs/r0000/trace.txt")))
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(Long.parseLong(line.substring(0, line.indexOf(' '))))
                        .isBetween(2_000_000L, 3_000_000L));
    }

    /** A second version takes the place of the first, which leaves at the same time: the name is free then. */
    @Test
    void congestionControlIsReplacedWhileFlowsUseIt() throws Exception {
        String programs = Path.of("programs").toAbsolutePath().toString();
        Experiment experiment = tiny(
                "{share: 50%, attach: [{object: P/use_cc.bpf.o}, {object: P/dctcp.bpf.o, until: 3ms},"
                                .replace("P", programs)
                        + " {object: P/dctcp.bpf.o, at: 3ms}]}".replace("P", programs),
                text -> text);
        assertThat(Runner.simulation(experiment)
                        .simulate(experiment.plan().runs().get(0), new RunControl(() -> false))
                        .orElseThrow()
                        .failure())
                .isEmpty();
    }

    private static final String TWO_VERSIONS = "{share: 50%, attach: [{object: OBJECTS/versions.bpf.o},"
            + " {object: OBJECTS/versions.bpf.o, variables: {version: 2}, at: 3ms, replaces: OBJECTS/versions.bpf.o}]}";

    /** BPF_F_REPLACE for the program, an update of the link for its congestion control: nobody is without either. */
    @Test
    void versionTakesThePlaceOfAnotherInOneStep() throws Exception {
        Experiment experiment = tiny(TWO_VERSIONS, text -> text);
        Path folder = temp.resolve("results");
        new Runner(experiment, folder, 1).run(progress -> {});
        List<String> lines = Files.readAllLines(folder.resolve("runs/r0000/trace.txt"));
        assertThat(lines).hasSizeGreaterThan(20).allSatisfy(line -> {
            long ns = Long.parseLong(line.substring(0, line.indexOf(' ')));
            assertThat(line).endsWith(ns < 3_000_000 ? "version 1" : "version 2");
        });
    }

    @Test
    void replacedCongestionControlKeepsItsSocketsAndGetsNoMore() throws Exception {
        Experiment experiment = tiny(TWO_VERSIONS, text -> text);
        String before = structOps(experiment, 2_900);
        assertThat(before).containsPattern("\"counter\": [1-9][0-9]*").contains("\"state\": 3");
        MapViews later = new MapViews(
                experiment.scenario(),
                experiment.programs(),
                experiment.plan().runs().get(0));
        List<MapViews.View> views = later.at(
                5_900 * SimTime.PS_PER_US,
                new MapViews.Selection(Optional.of("host-0"), Optional.empty(), Optional.of("versioned")));
        assertThat(views).hasSize(2);
        assertThat(views.get(0).text()).as("all its flows are over").contains("\"counter\": 0");
        assertThat(views.get(1).text())
                .containsPattern("\"counter\": [1-9][0-9]*")
                .contains("\"state\": 3");
    }

    private static String structOps(Experiment experiment, long us) {
        return new MapViews(
                        experiment.scenario(),
                        experiment.programs(),
                        experiment.plan().runs().get(0))
                .at(
                        us * SimTime.PS_PER_US,
                        new MapViews.Selection(Optional.of("host-0"), Optional.empty(), Optional.of("versioned")))
                .get(0)
                .text();
    }

    /** What is wrong with tiny.yaml when its arm is this; O stands for the folder of the tests' programs. */
    private List<Problem> problems(String arm) throws IOException {
        String objects = Path.of("src/test/bpf").toAbsolutePath().toString();
        Path file = Files.writeString(
                temp.resolve("x.yaml"),
                Files.readString(Path.of("library/tiny.yaml")).replace("{share: 50%}", arm.replace("O", objects)));
        return ScenarioLoader.load(file).problems();
    }

    @Test
    void replacementsThatCannotBeAreProblems() throws Exception {
        assertThat(problems("{share: 50%, attach: [{object: O/trace.bpf.o, until: 2ms},"
                        + " {object: O/trace.bpf.o, at: 3ms, replaces: O/trace.bpf.o},"
                        + " {object: O/trace.bpf.o, at: 4ms, replaces: O/nothing.bpf.o}]}"))
                .satisfiesExactly(
                        first -> assertThat(first.toString())
                                .contains("is not there at that time")
                                .contains("without an `until`"),
                        second -> assertThat(second.toString()).contains("nothing.bpf.o above"));
    }

    @Test
    void replacementOfAnotherKindIsAProblem() throws Exception {
        assertThat(problems("{share: 50%, attach: [{object: O/versions.bpf.o},"
                        + " {object: O/trace.bpf.o, at: 3ms, replaces: O/versions.bpf.o}]}"))
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.toString())
                                .contains(
                                        "trace.bpf.o: has 0 struct_ops maps, and versions.bpf.o, which it is to replace, has 1"));
    }

    @Test
    void timesThatMakeNoSenseAreProblems() throws Exception {
        assertThat(problems("{share: 50%, attach: [{object: O/trace.bpf.o, at: 5ms, until: 5ms},"
                        + " {object: O/trace.bpf.o, at: 100s}]}"))
                .satisfiesExactly(
                        first -> assertThat(first.toString()).contains("it ends before it begins"),
                        second -> assertThat(second.toString())
                                .contains("nothing is measured any more by then")
                                .contains("The run measures until"));
    }

    /** Marking from the first waiting packet on: flows that negotiate ECN see marks, others do not. */
    @Test
    void onlyTheArmWithDctcpNegotiatesEcn() throws Exception {
        String programs = Path.of("programs").toAbsolutePath().toString();
        Experiment experiment = tiny(
                "{share: 50%, attach: [{object: P/dctcp.bpf.o}, {object: P/use_cc.bpf.o}]}".replace("P", programs),
                text -> text.replace("ecn-threshold: 65 packets", "ecn-threshold: 1 packet"));
        RunResult result = Runner.simulation(experiment)
                .simulate(experiment.plan().runs().get(0), new RunControl(() -> false))
                .orElseThrow();
        long marksOfControl = 0;
        long marksOfTreated = 0;
        List<String> arms = experiment.scenario().armNames();
        for (int i = 0; i < result.flows().size(); i++) {
            FlowTable.Row row = result.flows().row(i);
            if (arms.get(row.arm()).equals(CONTROL)) {
                marksOfControl += row.ceAckedSegs();
            } else {
                marksOfTreated += row.ceAckedSegs();
            }
        }
        assertThat(marksOfControl).isZero();
        assertThat(marksOfTreated).isGreaterThan(50);
    }

    private Experiment tiny(String arm, java.util.function.UnaryOperator<String> change) throws IOException {
        String objects = Path.of("src/test/bpf").toAbsolutePath().toString();
        String text =
                Files.readString(Path.of("library/tiny.yaml")).replace("{share: 50%}", arm.replace("OBJECTS", objects));
        Path file = Files.writeString(temp.resolve("x.yaml"), change.apply(text));
        var loaded = ScenarioLoader.load(file);
        assertThat(loaded.problems()).isEmpty();
        return loaded.experiment().orElseThrow();
    }
}
