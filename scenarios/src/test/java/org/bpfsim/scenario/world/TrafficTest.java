package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.schema.ScenarioBinder;
import org.bpfsim.scenario.yaml.Problems;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.topology.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which flows start, without any TCP. */
class TrafficTest {
    private final String quickstart = Files.readString(Path.of("library/quickstart.yaml"))
            .replace("warm-up: 30ms", "warm-up: 0")
            .replace("measure: 32ms", "measure: 40ms");

    TrafficTest() throws IOException {}

    @Test
    void offersTheLoadThatWasAskedFor() {
        double bytes = flows(quickstart.replace("measure: 40ms", "measure: 400ms"), 0, Variant.AB).stream()
                .mapToDouble(f -> f.bytes * SegmentSizes.of(true, true).expansion())
                .sum();
        double capacityBits = 64 * 25e9 * 0.402;
        assertThat(bytes * 8 / capacityBits).isCloseTo(0.5, within(0.03));
    }

    @Test
    void variantsShareEverythingButTheArm() {
        List<Flow> ab = flows(quickstart, 3, Variant.AB);
        List<Flow> all = flows(quickstart, 3, new Variant("all:bpf-dctcp", OptionalInt.of(2)));
        assertThat(all).hasSameSizeAs(ab);
        for (int i = 0; i < ab.size(); i++) {
            assertThat(all.get(i))
                    .usingRecursiveComparison()
                    .ignoringFields("arm", "port")
                    .isEqualTo(ab.get(i));
            assertThat(all.get(i).arm).isEqualTo(2);
        }
    }

    @Test
    void replicationsDiffer() {
        assertThat(flows(quickstart, 0, Variant.AB).get(0).startPs)
                .isNotEqualTo(flows(quickstart, 1, Variant.AB).get(0).startPs);
    }

    @Test
    void anotherWorkloadOrArmShiftsNothing() {
        String more = quickstart
                .replace("arms:  ", "  - bulk: {from: [1], to: 2, start: 1ms, size: 1MB, port: 6000}\n\narms:  ")
                .replace("  bpf-dctcp:", "  third: {share: 5%}\n  bpf-dctcp:");
        assertThat(more).contains("bulk").contains("third");
        List<Flow> before = flows(quickstart, 0, Variant.AB);
        List<Flow> after = flows(more, 0, Variant.AB).stream()
                .filter(f -> f.direction == Flow.Direction.ANSWER)
                .toList();
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i))
                    .usingRecursiveComparison()
                    .ignoringFields("id", "arm", "port")
                    .isEqualTo(before.get(i));
        }
    }

    @Test
    void nobodyAsksItselfAndRacksAreRespected() {
        for (String peers : List.of("any", "same-rack", "any-other-rack")) {
            List<Flow> flows = flows(quickstart.replace("peers: any,", "peers: " + peers + ","), 0, Variant.AB);
            assertThat(flows).allSatisfy(f -> {
                assertThat(f.server).isNotEqualTo(f.client()).isBetween(0, 63);
                if (!peers.equals("any")) {
                    assertThat(f.server / 8 == f.client() / 8).isEqualTo(peers.equals("same-rack"));
                }
            });
            assertThat(flows).extracting(f -> f.server).contains(0, 7, 8, 63);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-pod", "any-other-pod"})
    void podsAreRespected(String peers) {
        String text = quickstart
                .replace("leaf-spine: {leaves: 8,", "datacenters: {count: 2, leaves: 4,")
                .replace("peers: any,", "peers: " + peers + ",");
        List<Flow> flows = flows(text, 0, Variant.AB);
        assertThat(flows).allSatisfy(f -> {
            assertThat(f.server).isNotEqualTo(f.client()).isBetween(0, 63);
            assertThat(f.server / 32 == f.client() / 32).isEqualTo(peers.equals("same-pod"));
        });
        assertThat(flows).extracting(f -> f.server).contains(0, 31, 32, 63);
    }

    @Test
    void incastAsksAllAtTheSameInstant() {
        String text = quickstart.replaceFirst(
                "- rpc: .*", "- incast: {to: 62, senders: 3, bytes: 9KB, start: 1ms, every: 2ms, rounds: 2}");
        List<Flow> flows = flows(text, 0, Variant.AB);
        assertThat(flows).extracting(f -> f.server).containsExactly(63, 0, 1, 63, 0, 1);
        assertThat(flows).extracting(f -> f.startPs / SimTime.PS_PER_MS).containsExactly(1L, 1L, 1L, 3L, 3L, 3L);
    }

    private static List<Flow> flows(String text, int replication, Variant variant) {
        Problems problems = new Problems();
        Scenario scenario = ScenarioBinder.bind("x.yaml", text, problems)
                .orElseThrow(() -> new AssertionError(problems.toList()))
                .scenario();
        Scheduler scheduler = new Scheduler();
        Network network = Networks.topology(scenario.network()).build(scheduler, 1);
        Ledger ledger = new Ledger(scheduler, new IdealFct(network), true, scenario);
        List<Flow> flows = new ArrayList<>();
        PlannedRun run = new PlannedRun("r0000", variant, replication, "");
        new Traffic(scenario, run, scheduler, network, ledger, flows::add).start();
        scheduler.run();
        return flows;
    }
}
