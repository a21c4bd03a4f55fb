package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.scenario.result.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs over real TCP. */
class SimulationTest {
    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"1B, ipv4", "1KB, ipv6", "14KB, ipv4", "64KB, ipv6", "1MB, ipv4", "20MB, ipv4"})
    void aFlowAloneTakesLittleMoreThanTheIdeal(String size, String family) {
        RunResult result = Runs.first(
                "tiny",
                text -> text.replaceFirst(
                                "- rpc: .*",
                                "- incast: {to: 0, senders: 1, bytes: " + size + ", start: 2ms, family: " + family
                                        + "}")
                        .replace("measure: 4ms", "measure: 100ms"));
        List<FlowTable.Row> rows = Runs.rows(result);
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.status()).isEqualTo(Ending.OK);
            // Slow start from 10 segments costs round trips that the ideal does not know.
            assertThat((double) row.fctNs() / row.idealFctNs()).isBetween(1.0, 1.8);
            assertThat(row.retransSegs() + row.rtos()).isZero();
        });
    }

    @Test
    void noFlowOfABusyNetworkBeatsTheIdeal() {
        RunResult result = Runs.first("tiny", text -> text.replace("load: 30%", "load: 80%"));
        assertThat(Runs.rows(result))
                .hasSizeGreaterThan(300)
                .allSatisfy(row -> assertThat(row.fctNs()).isGreaterThanOrEqualTo(row.idealFctNs()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fat-tree: {k: 4}", "star: {hosts: 4}", "leaf-spine: {leaves: 2, spines: 2, hosts-per-leaf: 2}"})
    void everyTopologyCarriesFlows(String topology) {
        RunResult result = Runs.first(
                "tiny",
                text -> text.replace("dumbbell: {hosts-per-side: 2}", topology).replace("any-other-rack", "any"));
        assertThat(Runs.rows(result))
                .hasSizeGreaterThan(100)
                .allSatisfy(row -> assertThat(row.status()).isEqualTo(Ending.OK));
    }

    @Test
    void lossIsRepairedAndCounted() {
        RunResult result = Runs.first(
                "tiny",
                text -> text.replace(
                                "switches: {buffer: 1MB, ecn-threshold: 65 packets}", "switches: {queue-limit: 8p}")
                        .replaceFirst("- rpc: .*", "- incast: {to: 0, senders: 3, bytes: 200KB, start: 2ms}"));
        List<FlowTable.Row> rows = Runs.rows(result);
        assertThat(rows).hasSize(3).allSatisfy(row -> assertThat(row.status()).isEqualTo(Ending.OK));
        assertThat(rows.stream().mapToLong(FlowTable.Row::retransSegs).sum()).isPositive();
    }

    @Test
    void aRunThatEndsEarlyHasUnfinishedFlows() {
        RunResult result = Runs.first(
                "tiny",
                text -> text.replaceFirst("- rpc: .*", "- incast: {to: 0, senders: 1, bytes: 1GB, start: 2ms}")
                        .replace("cool-down: 1ms", "cool-down: 0, drain: 1ms"));
        assertThat(Runs.rows(result))
                .singleElement()
                .satisfies(row -> assertThat(row.status()).isEqualTo(Ending.UNFINISHED));
        assertThat(result.simTimeNs()).isEqualTo(6_000_000);
    }

    /** Two flows share a link of 10 Gbit/s: 1448 of 1538 bytes on the wire are payload. */
    @Test
    void flowsWithoutAnEndAreMeasuredByWhatTheyDeliverInTheInterval() {
        RunResult result = Runs.first(
                "tiny",
                text -> text.replaceFirst("- rpc: .*", "- bulk: {from: [0, 1], to: 2, family: ipv4}")
                        .replace("warm-up: 1ms, measure: 4ms", "warm-up: 10ms, measure: 40ms"));
        List<FlowTable.Row> rows = Runs.rows(result);
        assertThat(rows)
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.status()).isEqualTo(Ending.ENDLESS))
                .allSatisfy(row -> assertThat(row.measuredBytes()).isLessThan(row.sizeBytes()));
        double wireBytes = rows.stream().mapToLong(FlowTable.Row::measuredBytes).sum() * 1538.0 / 1448;
        assertThat(wireBytes * 8 / 0.040).isBetween(9.8e9, 10.1e9); // a gap that closes gives what came before
    }

    @Test
    void onlyFlowsThatStartInTheMeasuredIntervalAreMeasured() {
        RunResult result = Runs.first("tiny", text -> text);
        assertThat(Runs.rows(result))
                .allSatisfy(row -> assertThat(row.startNs()).isBetween(1_000_000L, 4_999_999L));
    }

    @Test
    void sameInputSameTrace() {
        RunResult once = Runs.first("tiny", text -> text);
        RunResult again = Runs.first("tiny", text -> text);
        assertThat(again.fingerprint()).isEqualTo(once.fingerprint());
        assertThat(Runs.first("tiny", text -> text.replace("seed: 1", "seed: 2"))
                        .fingerprint())
                .isNotEqualTo(once.fingerprint());
    }
}
