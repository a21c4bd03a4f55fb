package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.topology.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    /** Addresses are checked before there is a network, so both must count hosts alike. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fat-tree: {k: 6}",
                "star: {hosts: 5}",
                "datacenters: {count: 3, leaves: 2, spines: 2, hosts-per-leaf: 3}",
                "leaf-spine: {leaves: 3, spines: 2, hosts-per-leaf: 4}",
                "dumbbell: {hosts-per-side: 3}"
            })
    void scenariosAndNetworksNumberHostsAlike(String topology) {
        Scenario scenario = Runs.scenario(
                "tiny",
                text -> text.replace("dumbbell: {hosts-per-side: 2}", topology).replace("any-other-rack", "any"));
        Network network = network(scenario);
        assertThat(network.hostCount()).isEqualTo(scenario.network().topology().hosts());
        assertThat(network.rackCount()).isEqualTo(scenario.network().topology().racks());
        for (int host = 0; host < network.hostCount(); host++) {
            assertThat(HostPlace.of(scenario.network().topology(), host))
                    .isEqualTo(new HostPlace(network.podOf(host), network.rackOf(host), network.indexInRack(host)));
        }
    }

    @Test
    void linksAndQueuesAreAsWritten() {
        Network network = network(Runs.scenario("dctcp-queue", text -> text));
        Port toReceiver = network.accessPort(10);
        assertThat(toReceiver.link().rateBitsPerSec()).isEqualTo(10_000_000_000L);
        assertThat(toReceiver.link().delayPs()).isEqualTo(20_000_000L);
        assertThat(toReceiver.buffer()).isNull();
        assertThat(network(Runs.scenario("tiny", text -> text)).accessPort(0).buffer())
                .isNotNull();
    }

    /** A tenth of the segments that the fabric carried is gone, and TCP has mended it. */
    @Test
    void lossyLinksLoseWhatTheScenarioSays() {
        Scenario scenario =
                Runs.scenario("tiny", text -> text.replace("delay: 1us}}", "delay: 1us, loss: {random: 10%}}}"));
        World world = new World(scenario, Programs.NONE, new PlannedRun("r0000", Variant.AB, 0, ""));
        world.start();
        world.scheduler()
                .runUntil(scenario.run().measureEndPs() + scenario.run().drainPs());
        long carried = 0;
        long lost = 0;
        for (Port port : world.network().ports()) {
            if (port.portClass().equals("bottleneck")) {
                carried += port.txPackets();
                lost += port.droppedPackets();
            } else {
                assertThat(port.droppedPackets()).as(port.name()).isZero();
            }
        }
        assertThat((double) lost / (carried + lost)).isCloseTo(0.1, within(0.02));
        FlowTable flows = world.ledger().flows();
        assertThat(flows.size()).isGreaterThan(20);
        assertThat(IntStream.range(0, flows.size()).mapToObj(flows::row))
                .allMatch(row -> row.status() == Ending.OK)
                .anyMatch(row -> row.retransSegs() > 0);
    }

    private static Network network(Scenario scenario) {
        return Networks.topology(scenario.network()).build(new Scheduler(), 1);
    }
}
