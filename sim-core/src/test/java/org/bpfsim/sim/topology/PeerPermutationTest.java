package org.bpfsim.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.node.Switch;
import org.bpfsim.sim.packet.TestPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values were computed by the driver for ns-3 that defines the workload. */
class PeerPermutationTest {
    @Test
    void partnersAreThoseOfThePeers() {
        assertThat(new PeerPermutation(1).partners(16))
                .containsExactly(10, 3, 15, 6, 13, 4, 12, 11, 14, 5, 7, 2, 0, 8, 1, 9);
        assertThat(new PeerPermutation(7).partners(54))
                .containsExactly(
                        26, 44, 52, 14, 53, 50, 11, 32, 20, 40, 43, 15, 9, 19, 18, 51, 27, 35, 10, 34, 24, 0, 21, 28,
                        45, 46, 33, 2, 5, 23, 36, 7, 38, 47, 16, 12, 37, 25, 1, 13, 6, 30, 22, 31, 39, 49, 8, 4, 3, 48,
                        41, 29, 42, 17);
    }

    @ParameterizedTest(name = "host {0} to {1} with {2} up-links")
    @CsvSource({
        "0, 1, 2, 0, 1",
        "0, 1, 3, 1, 1",
        "0, 1, 4, 2, 3",
        "0, 15, 2, 1, 1",
        "0, 15, 3, 1, 0",
        "0, 15, 4, 3, 3",
        "15, 0, 2, 1, 0",
        "15, 0, 3, 1, 2",
        "15, 0, 4, 1, 0",
        "3, 12, 2, 1, 0",
        "3, 12, 3, 0, 1",
        "3, 12, 4, 1, 2",
        "100, 7, 2, 1, 1",
        "100, 7, 3, 0, 1",
        "100, 7, 4, 3, 2",
        "1023, 512, 2, 1, 1",
        "1023, 512, 3, 0, 2",
        "1023, 512, 4, 3, 3",
    })
    void pathsAreThoseOfThePeers(int src, int dst, int paths, int edgeUpLink, int aggUpLink) {
        TestPacket packet = TestPacket.of(1, src, dst, 100);
        assertThat(new PeerPermutation.Selector(PeerPermutation.mix(1), false).select(packet, paths))
                .isEqualTo(edgeUpLink);
        assertThat(new PeerPermutation.Selector(PeerPermutation.mix(1), true).select(packet, paths))
                .isEqualTo(aggUpLink);
    }

    @Test
    void everyHostReceivesFromOneOther() {
        for (int hosts : new int[] {2, 3, 128, 1024}) {
            int[] partners = new PeerPermutation(5).partners(hosts);
            assertThat(partners).doesNotHaveDuplicates();
            for (int h = 0; h < hosts; h++) {
                assertThat(partners[h]).isNotEqualTo(h);
            }
        }
    }

    @Test
    void pinsEdgeAndAggregationSwitchesOfAFatTree() {
        Scheduler scheduler = new Scheduler();
        Network network = new FatTree(
                        4,
                        new LinkSpec(10_000_000_000L, SimTime.PS_PER_US),
                        QueueSpec.UNBOUNDED,
                        SwitchSpec.separateQueues(QueueSpec.UNBOUNDED))
                .build(scheduler, 99);
        new PeerPermutation(1).pinPaths(network);
        TestPacket packet = TestPacket.of(1, 3, 12, 100);
        Switch edge = (Switch) network.hostPort(3).peer();
        edge.receive(packet, 0);
        List<Port> up = edge.routeTo(12);
        assertThat(up.stream().map(Port::txPackets)).containsExactly(0L, 1L);
    }
}
