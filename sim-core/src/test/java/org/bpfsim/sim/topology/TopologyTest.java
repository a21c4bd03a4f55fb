package org.bpfsim.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.node.Switch;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopologyTest {
    private static final LinkSpec HOST_LINK = new LinkSpec(25_000_000_000L, SimTime.PS_PER_US);
    private static final LinkSpec FABRIC_LINK = new LinkSpec(100_000_000_000L, 2 * SimTime.PS_PER_US);
    private static final LinkSpec WAN_LINK = new LinkSpec(40_000_000_000L, 10_000 * SimTime.PS_PER_US);
    private static final SwitchSpec SWITCH = SwitchSpec.separateQueues(QueueSpec.UNBOUNDED);

    private final Scheduler scheduler = new Scheduler();

    private static LeafSpine leafSpine() {
        return new LeafSpine(4, 3, 5, HOST_LINK, FABRIC_LINK, QueueSpec.UNBOUNDED, SWITCH, SWITCH);
    }

    private static Datacenters datacenters() {
        return new Datacenters(3, 2, 2, 4, HOST_LINK, FABRIC_LINK, WAN_LINK, QueueSpec.UNBOUNDED, SWITCH);
    }

    private static FatTree fatTree(int k) {
        return new FatTree(k, HOST_LINK, QueueSpec.UNBOUNDED, SWITCH);
    }

    static Stream<Topology> topologies() {
        return Stream.of(
                new SingleSwitch(6, HOST_LINK, QueueSpec.UNBOUNDED, SWITCH),
                new Dumbbell(3, HOST_LINK, FABRIC_LINK, QueueSpec.UNBOUNDED, SWITCH),
                leafSpine(),
                datacenters(),
                fatTree(2),
                fatTree(4),
                fatTree(6));
    }

    private static Map<String, Long> portsByClass(Network network) {
        return network.ports().stream()
                .collect(Collectors.groupingBy(Port::portClass, TreeMap::new, Collectors.counting()));
    }

    /** Remembers when the last packet came. */
    private final class Host implements Node {
        private final int self;
        private long lastArrivalPs = -1;

        Host(int self) {
            this.self = self;
        }

        @Override
        public void receive(Packet packet, int ingressPort) {
            assertThat(packet.dstHost).isEqualTo(self);
            assertThat(ingressPort).isZero();
            lastArrivalPs = scheduler.nowPs();
        }

        @Override
        public String name() {
            return "host-" + self;
        }
    }

    private Host[] attachHosts(Network network) {
        Host[] hosts = new Host[network.hostCount()];
        for (int h = 0; h < hosts.length; h++) {
            hosts[h] = new Host(h);
            network.attachHost(h, hosts[h]);
        }
        return hosts;
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void everyHostReachesEveryOtherInTheTimeOfItsPath(Topology topology) {
        Network network = topology.build(scheduler, 1);
        Host[] hosts = attachHosts(network);
        for (int src = 0; src < hosts.length; src++) {
            for (int dst = 0; dst < hosts.length; dst++) {
                if (src != dst) {
                    long sentPs = scheduler.nowPs();
                    network.hostPort(src).send(TestPacket.of(1, src, dst, 1500));
                    scheduler.run();
                    assertThat(hosts[dst].lastArrivalPs - sentPs)
                            .as("%d to %d", src, dst)
                            .isEqualTo(network.path(src, dst).oneWayPs(1500));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void idealTimeOfATrainIsWhatAnIdleNetworkTakes(Topology topology) {
        Network network = topology.build(scheduler, 1);
        Host[] hosts = attachHosts(network);
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            int src = random.nextInt(hosts.length);
            int dst = (src + 1 + random.nextInt(hosts.length - 1)) % hosts.length;
            int full = random.nextInt(20);
            int lastBytes = 64 + random.nextInt(1437);
            long sentPs = scheduler.nowPs();
            for (int n = 0; n < full; n++) {
                network.hostPort(src).send(TestPacket.of(n, src, dst, 1500));
            }
            network.hostPort(src).send(TestPacket.of(full, src, dst, lastBytes));
            scheduler.run();
            assertThat(hosts[dst].lastArrivalPs - sentPs)
                    .isEqualTo(network.path(src, dst).trainPs(full, 1500, lastBytes));
        }
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void portsAreNumberedInOrderAndIngressNumbersNameTheWayBack(Topology topology) {
        Network network = topology.build(scheduler, 1);
        assertThat(network.hostCount()).isEqualTo(topology.hostCount());
        for (int i = 0; i < network.ports().size(); i++) {
            assertThat(network.ports().get(i).id()).isEqualTo(i);
        }
        assertThat(network.ports().stream().map(Port::name)).doesNotHaveDuplicates();
        for (Port port : network.ports()) {
            if (port.peer() instanceof Switch peer) {
                String[] ends = port.name().split(":");
                assertThat(peer.name()).isEqualTo(ends[1]);
                assertThat(peer.ports().get(port.peerIngress()).name()).isEqualTo(ends[1] + ":" + ends[0]);
            }
        }
    }

    @Test
    void packetToAHostThatIsNotAttachedIsAnError() {
        Network network = fatTree(2).build(scheduler, 1);
        network.hostPort(0).send(TestPacket.of(1, 0, 1, 100));
        assertThatThrownBy(scheduler::run).hasMessageStartingWith("edge-1:host-1 is not connected");
    }

    @Test
    void leafSpineHasItsShape() {
        Network network = leafSpine().build(scheduler, 1);
        assertThat(network.hostCount()).isEqualTo(20);
        assertThat(network.switches())
                .extracting(Switch::tier)
                .filteredOn("leaf"::equals)
                .hasSize(4);
        assertThat(portsByClass(network))
                .isEqualTo(Map.of("host-nic", 20L, "leaf-down", 20L, "leaf-up", 12L, "spine-down", 12L));
        assertThat(network.rackCount()).isEqualTo(4);
        assertThat(network.rackOf(7)).isEqualTo(1);
        assertThat(network.indexInRack(7)).isEqualTo(2);
        assertThat(network.podOf(19)).isZero();
        assertThat(network.rackInPod(19)).isEqualTo(3);
        assertThat(network.path(0, 4).links()).containsExactly(HOST_LINK, HOST_LINK);
        assertThat(network.path(0, 5).links()).containsExactly(HOST_LINK, FABRIC_LINK, FABRIC_LINK, HOST_LINK);
        assertThat(network.path(0, 5).bottleneckBitsPerSec()).isEqualTo(25_000_000_000L);
        assertThat(network.switches().get(0).routeTo(19)).hasSize(3);
        assertThat(network.hostPort(7).name()).isEqualTo("host-7:leaf-1");
        assertThat(network.accessPort(7).name()).isEqualTo("leaf-1:host-7");
    }

    @Test
    void datacentersHaveTheirShape() {
        Network network = datacenters().build(scheduler, 1);
        assertThat(network.hostCount()).isEqualTo(24);
        assertThat(portsByClass(network))
                .isEqualTo(Map.of(
                        "host-nic",
                        24L,
                        "leaf-down",
                        24L,
                        "leaf-up",
                        12L,
                        "spine-down",
                        12L,
                        "spine-up",
                        6L,
                        "border-down",
                        6L,
                        "wan",
                        6L));
        assertThat(network.podOf(8)).isEqualTo(1);
        assertThat(network.rackOf(8)).isEqualTo(2);
        assertThat(network.path(0, 7).links()).containsExactly(HOST_LINK, FABRIC_LINK, FABRIC_LINK, HOST_LINK);
        assertThat(network.path(0, 23).links())
                .containsExactly(HOST_LINK, FABRIC_LINK, FABRIC_LINK, WAN_LINK, FABRIC_LINK, FABRIC_LINK, HOST_LINK);
    }

    @Test
    void fatTreeHasItsShape() {
        Network network = fatTree(4).build(scheduler, 1);
        assertThat(network.hostCount()).isEqualTo(16);
        assertThat(network.switches()).hasSize(8 + 8 + 4);
        assertThat(portsByClass(network))
                .isEqualTo(Map.of(
                        "host-nic",
                        16L,
                        "edge-down",
                        16L,
                        "edge-up",
                        16L,
                        "agg-down",
                        16L,
                        "agg-up",
                        16L,
                        "core-down",
                        16L));
        assertThat(network.podOf(5)).isEqualTo(1);
        assertThat(network.rackOf(5)).isEqualTo(2);
        assertThat(network.rackInPod(5)).isZero();
        assertThat(network.indexInRack(5)).isEqualTo(1);
        assertThat(network.path(0, 1).hops()).isEqualTo(2);
        assertThat(network.path(0, 2).hops()).isEqualTo(4);
        assertThat(network.path(0, 15).hops()).isEqualTo(6);
        Switch agg = network.switches().get(8 + 1);
        assertThat(agg.routeTo(15)).extracting(Port::name).containsExactly("agg-1:core-2", "agg-1:core-3");
    }

    @Test
    void sharedBufferBelongsToOneSwitch() {
        SwitchSpec shared = new SwitchSpec(16_000_000, 1, QueueSpec.UNBOUNDED);
        Network network =
                new LeafSpine(2, 1, 2, HOST_LINK, FABRIC_LINK, QueueSpec.UNBOUNDED, shared, shared).build(scheduler, 1);
        Switch leaf = network.switches().get(0);
        assertThat(leaf.ports()).allMatch(port -> port.buffer() == leaf.buffer());
        assertThat(network.switches()).extracting(Switch::buffer).doesNotHaveDuplicates();
        assertThat(network.hostPort(0).buffer()).isNull();
    }

    @Test
    void impossiblePlansAreRefused() {
        assertThatThrownBy(() -> fatTree(5)).hasMessage("k is 5, must be even");
        assertThatThrownBy(() -> new Dumbbell(0, HOST_LINK, HOST_LINK, QueueSpec.UNBOUNDED, SWITCH))
                .hasMessage("hosts per side is 0, must be at least 1");
        assertThatThrownBy(() -> leafSpine().build(scheduler, 1).path(3, 3))
                .hasMessage("host 3 reaches itself over no link");
    }

    @Test
    void packetToAHostThatIsNotThereIsAnError() {
        Switch lonely = new Switch("lonely", "leaf", 2, null, (packet, paths) -> 0);
        assertThatThrownBy(() -> lonely.receive(TestPacket.of(1, 0, 1, 100), 0))
                .hasMessage("lonely has no route to host 1");
    }
}
