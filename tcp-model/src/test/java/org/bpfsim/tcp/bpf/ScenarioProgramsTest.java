package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs of scenarios/programs do in a connection what they say. */
class ScenarioProgramsTest {
    private static LoadedObject object(String name) throws Exception {
        return Objects.load(Objects.SCENARIO_PROGRAMS, name + ".bpf.o");
    }

    private static TestNetwork network(int clients, QueueSpec queue, IntFunction<IpAddress> address) {
        return new TestNetwork(clients, 16, queue, address);
    }

    private static IntFunction<IpAddress> addresses(int family, int pod, int rack) {
        return family == 6 ? TestNetwork.ipv6(pod, rack) : TestNetwork.ipv4(pod, rack);
    }

    @Nested
    class DistanceTune {
        private TestNetwork tuned(int family, int pod, int rack) throws Exception {
            return network(1, QueueSpec.UNBOUNDED, addresses(family, pod, rack)).attach(object("distance_tune"));
        }

        @ParameterizedTest(name = "IPv{0}, pod {1}, rack {2}: {3} segments")
        @CsvSource({
            "6, 0, 0, 40",
            "6, 0, 3, 32",
            "6, 2, 0, 20",
            "6, 2, 3, 20",
            "4, 0, 0, 40",
            "4, 0, 3, 32",
            "4, 2, 3, 20"
        })
        void initialWindowFollowsTheDistance(int family, int pod, int rack, int segments) throws Exception {
            TestNetwork network = tuned(family, pod, rack).listen();
            int[] flight = {0};
            Socket[] socket = new Socket[1];
            network.watch(1, s -> {
                if (s.length > 0 && socket[0].tcp().snd_una == socket[0].tcp().iss + 1) {
                    flight[0]++;
                }
            });
            socket[0] = network.connect(1, 1_000_000);
            network.runUs(3_000);
            assertThat(flight[0]).isEqualTo(segments);
        }

        @ParameterizedTest(name = "pod {0}, rack {1}: {2} ms")
        @CsvSource({"0, 0, 5", "0, 3, 10", "2, 3, 20"})
        void lostSynIsRepeatedAfterTheTimeOfTheDistance(int pod, int rack, int ms) throws Exception {
            TestNetwork network = tuned(6, pod, rack).listen();
            network.loseFirst(1, 1);
            long[] doneAt = {0};
            network.connect(1, 1000, s -> doneAt[0] = network.scheduler.nowPs());
            network.runUs(2_000_000);
            assertThat((double) doneAt[0] / SimTime.PS_PER_MS).isBetween((double) ms, ms + 2.0);
        }

        @ParameterizedTest(name = "pod {0}, rack {1}: {2} bytes")
        @CsvSource({"0, 0, 262144", "0, 3, 425984", "2, 3, 425984"})
        void sendBufferFollowsTheDistanceUpToWmemMax(int pod, int rack, int bytes) throws Exception {
            TestNetwork network = tuned(6, pod, rack).listen();
            TcpSock client = network.connect(1, 1000).tcp();
            network.runUs(1_000);
            assertThat(client.sk_sndbuf).isEqualTo(bytes);
            assertThat(network.accepted.get(0).tcp().sk_sndbuf).isEqualTo(bytes);
            assertThat(client.sk_userlocks).isEqualTo(TcpSock.SOCK_SNDBUF_LOCK);
        }

        @Test
        void addressesOfAnotherPlanAreLeftAlone() throws Exception {
            TestNetwork network = network(1, QueueSpec.UNBOUNDED, i -> IpAddress.v6(0x2001_0db9L << 32, i + 1))
                    .attach(object("distance_tune"))
                    .listen();
            TcpSock client = network.connect(1, 1000).tcp();
            network.runUs(1_000);
            assertThat(client.sk_userlocks).isZero();
            assertThat(client.rx_opt_rcv_wscale).isPositive();
        }

        @Test
        void connectionsAreCountedByDistance() throws Exception {
            TestNetwork network = network(1, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 3));
            HostPrograms programs = new HostPrograms(network.hosts.get(1).kernel(), line -> {});
            var instance = programs.load(object("distance_tune"));
            programs.attach(instance, network.cgroups.get(1), 0);
            network.listen();
            network.connect(1, 1000);
            network.connect(1, 1000);
            network.runUs(1_000);
            List<Long> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] key = ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(i)
                        .array();
                counts.add(ByteBuffer.wrap(
                                instance.map("connections").orElseThrow().lookup(key))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong());
            }
            assertThat(counts).containsExactly(0L, 2L, 0L, 0L);
        }
    }

    @Nested
    class UseCcWithDctcp {
        private TestNetwork switched(int clients, QueueSpec queue) throws Exception {
            return network(clients, queue, TestNetwork.ipv6(0, 1))
                    .register(object("dctcp"))
                    .attach(object("use_cc"));
        }

        @Test
        void bothEndsUseItAndDataIsEcnCapable() throws Exception {
            TestNetwork network = switched(1, QueueSpec.UNBOUNDED).listen();
            List<Integer> ecn = new ArrayList<>();
            network.watch(1, s -> {
                if (s.length > 0) {
                    ecn.add(s.ecn);
                }
            });
            TcpSock client = network.connect(1, 100_000).tcp();
            network.runUs(5_000);
            assertThat(client.icsk_ca_ops.name()).isEqualTo("bpf_dctcp_dc");
            assertThat(network.accepted.get(0).tcp().icsk_ca_ops.name()).isEqualTo("bpf_dctcp_dc");
            assertThat(ecn).isNotEmpty().containsOnly(2);
        }

        @Test
        void peerThatDoesNotTakePartLeavesTheConnectionWithCubic() throws Exception {
            TestNetwork network = network(1, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 1))
                    .register(object("dctcp"))
                    .sysctl("net.ipv4.tcp_ecn", "0");
            HostPrograms programs = new HostPrograms(network.hosts.get(1).kernel(), line -> {});
            programs.attach(programs.load(object("use_cc")), network.cgroups.get(1), 0);
            List<Integer> syn = new ArrayList<>();
            network.watch(1, s -> {
                if (s.has(TcpSegment.SYN)) {
                    syn.add(s.flags & (TcpSegment.ECE | TcpSegment.CWR));
                }
            });
            network.listen();
            TcpSock client = network.connect(1, 100_000).tcp();
            network.runUs(5_000);
            assertThat(syn).containsExactly(TcpSegment.ECE | TcpSegment.CWR);
            assertThat(client.icsk_ca_ops.name()).isEqualTo("cubic");
        }

        @Test
        void queueStaysAtTheMarkingThreshold() throws Exception {
            TestNetwork network =
                    switched(2, QueueSpec.UNBOUNDED.withMarkPackets(65)).listen();
            network.connect(1, Long.MAX_VALUE / 2);
            network.connect(2, Long.MAX_VALUE / 2);
            network.runUs(30_000);
            long[] sum = {0, 0};
            network.everyUs(5, () -> {
                sum[0] += network.bottleneck().queuePackets();
                sum[1]++;
            });
            network.runUs(50_000);
            // The band of DctcpPaperTest for two flows.
            assertThat((double) sum[0] / sum[1]).isBetween(54.0, 67.0);
        }
    }
}
