package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.run.Runner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios whose hosts have CPUs: the tables add up, and costs are felt where they should be. */
class CpuTest {
    private static final long MEASURED_NS = 4_000_000;

    private static RunResult run(String cpu) {
        return Runs.run(Runs.scenario("tiny", text -> text + "\nhosts: {cpu: " + cpu + "}\n"), 0);
    }

    private static List<String[]> rows(RunResult result, String file) {
        return result.files()
                .get(file)
                .lines()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
    }

    private static long sum(RunResult result, String cause) {
        return rows(result, "cpu.csv").stream()
                .filter(row -> row[2].equals(cause))
                .mapToLong(row -> Long.parseLong(row[4]))
                .sum();
    }

    @Test
    void theTimesOfEachCoreAddUpToTheMeasuredInterval() {
        RunResult result = run("{cores: 2}");
        assertThat(result.failure()).isEmpty();
        Map<String, Long> byCore = new TreeMap<>();
        for (String[] row : rows(result, "cpu.csv")) {
            assertThat(Long.parseLong(row[4])).isBetween(0L, MEASURED_NS);
            byCore.merge(row[0] + "/" + row[1], Long.parseLong(row[4]), Long::sum);
        }
        assertThat(byCore)
                .hasSize(4 * 2)
                .allSatisfy((core, ns) -> assertThat(ns).isEqualTo(MEASURED_NS));
    }

    @Test
    void everyCauseHasItsTimeAndArmsAreToldApart() {
        RunResult result = run("{cores: 2}");
        Map<String, Long> byArm = new LinkedHashMap<>();
        rows(result, "cpu.csv").forEach(row -> byArm.merge(row[3], Long.parseLong(row[4]), Long::sum));
        assertThat(byArm).containsKeys("control", "treated");
        for (String cause : List.of("irq", "softirq", "transmit", "syscall", "copy", "wakeup", "context-switch")) {
            assertThat(sum(result, cause)).as(cause).isPositive();
        }
        assertThat(rows(result, "cpu-counts.csv"))
                .filteredOn(row -> !row[1].isEmpty())
                .hasSize(4 * 2)
                .allSatisfy(row -> {
                    assertThat(Long.parseLong(row[2])).isPositive();
                    assertThat(Long.parseLong(row[3])).isGreaterThan(Long.parseLong(row[2]));
                });
    }

    @Test
    void aCostInTheScenarioIsPaid() {
        RunResult cheap = run("{cores: 2, costs: {system-call: 0ns}}");
        assertThat(sum(cheap, "syscall")).isZero();
        RunResult dear = run("{cores: 2, costs: {system-call: 2us}}");
        long calls = rows(dear, "cpu-counts.csv").stream()
                .mapToLong(row -> Long.parseLong(row[3]))
                .sum();
        // What was charged before the interval may be paid within it, and the other way round.
        assertThat(sum(dear, "syscall")).isBetween(2000 * (calls - 20), 2000 * (calls + 20));
    }

    @Test
    void flowsTakeLongerAndTheSameRunGivesTheSameTables() {
        RunResult with = run("{cores: 1}");
        RunResult again = run("{cores: 1}");
        RunResult without = Runs.run(Runs.scenario("tiny", text -> text), 0);
        assertThat(again.files()).isEqualTo(with.files());
        assertThat(without.files()).doesNotContainKey("cpu.csv");
        assertThat(meanFct(with)).isGreaterThan(meanFct(without) + 10_000);
    }

    @Test
    void programsAreChargedToTheArmThatHasThem(@TempDir Path temp) throws Exception {
        Path library = Path.of("library").toAbsolutePath();
        Path file = temp.resolve("tiny.yaml");
        Files.writeString(
                file,
                Files.readString(library.resolve("tiny.yaml"))
                                .replace(
                                        "{share: 50%}",
                                        "{share: 50%, attach: [{object: "
                                                + library.resolve("../programs/distance_tune.bpf.o")
                                                        .normalize() + "}]}")
                                .replace("replications: 3", "replications: 1")
                        + "\nhosts: {cpu: {cores: 2, costs: {bpf-helper: 100ns}}}\n");
        var loaded = ScenarioLoader.load(file);
        assertThat(loaded.problems()).isEmpty();
        Path folder = temp.resolve("results");
        new Runner(loaded.experiment().orElseThrow(), folder, 1).run(progress -> {});
        List<String> bpf = Files.readAllLines(folder.resolve("runs/r0000/cpu.csv")).stream()
                .filter(line -> line.contains(",bpf,"))
                .toList();
        assertThat(bpf).isNotEmpty().allMatch(line -> line.contains(",bpf,treated,"));
    }

    private static double meanFct(RunResult result) {
        return rows(result, "flows.csv").stream()
                .filter(row -> !row[6].isEmpty())
                .mapToLong(row -> Long.parseLong(row[6]))
                .average()
                .orElseThrow();
    }
}
