package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.scenario.model.Scenario;
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

    private static Network network(Scenario scenario) {
        return Networks.topology(scenario.network()).build(new Scheduler(), 1);
    }
}
