package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.map.StorageMap;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kernel's own programs (samples/bpf/tcp_*_kern.c, selftests tcp_rtt, bpf_dctcp, bpf_cubic, bpf_cc_cubic of Linux 6.12), unmodified, do
 * in a simulated connection what they are for. Each is compared with the same connection without it.
 */
class KernelObjectsTest {
    private static final long MEGABYTES_10 = 10_000_000;

    /** One client, 16 us per link, addresses of one datacenter or of two. */
    private static TestNetwork oneDatacenter() {
        return new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 3));
    }

    /** The samples take hosts to be in one datacenter when the first 5.5 bytes of their addresses are the same. */
    private static TestNetwork twoDatacenters() {
        return new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0x7000, 3));
    }

    private static TestNetwork with(TestNetwork network, String object) throws Exception {
        return network.attach(KernelObjects.load(object));
    }

    /** Windows of SYN and SYN-ACK. */
    private static List<Integer> firstWindows(TestNetwork network) {
        List<Integer> windows = new ArrayList<>();
        for (int host = 0; host < 2; host++) {
            network.watch(host, s -> {
                if (s.has(TcpSegment.SYN)) {
                    windows.add(s.window);
                }
            });
        }
        network.listen();
        network.connect(1, 1000);
        network.runUs(1_000);
        return windows;
    }

    /** Milliseconds until the connection stands when the first packet of a host is lost. */
    private static double connectMs(TestNetwork network, int loser) {
        network.loseFirst(loser, 1);
        network.listen();
        long[] doneAt = {0};
        network.connect(1, 1000, s -> doneAt[0] = network.scheduler.nowPs());
        network.runUs(5_000_000);
        return (double) doneAt[0] / SimTime.PS_PER_MS;
    }

    @Nested
    class TcpIwKern {
        /** Data segments that the client sends before it hears of the first. */
        private int firstFlight(TestNetwork network) {
            network.listen();
            Socket[] socket = new Socket[1];
            int[] segments = {0};
            network.watch(1, s -> {
                if (s.length > 0 && socket[0].tcp().snd_una == socket[0].tcp().iss + 1) {
                    segments[0]++;
                }
            });
            socket[0] = network.connect(1, 1_000_000);
            network.runUs(5_000);
            return segments[0];
        }

        @Test
        void initialWindowIsFortySegmentsInsteadOfTen() throws Exception {
            assertThat(firstFlight(oneDatacenter())).isEqualTo(10);
            assertThat(firstFlight(with(oneDatacenter(), "tcp_iw_kern"))).isEqualTo(40);
        }

        @Test
        void firstReceiveWindowIsFortySegmentsAndBuffersHave1500000Bytes() throws Exception {
            TestNetwork network = with(oneDatacenter(), "tcp_iw_kern")
                    .sysctl("net.core.rmem_max", "4194304")
                    .sysctl("net.core.wmem_max", "4194304");
            assertThat(firstWindows(network)).containsExactly(40 * 1440, 40 * 1428);
            assertThat(network.accepted.get(0).tcp().sk_sndbuf).isEqualTo(3_000_000);
            assertThat(network.accepted.get(0).tcp().sk_rcvbuf).isEqualTo(3_000_000);
        }
    }

    @Nested
    class TcpBufsKern {
        @ParameterizedTest(name = "net.core.[rw]mem_max {0}")
        @CsvSource({"212992, 425984", "4194304, 3000000"})
        void bothEndsHaveBuffersOfTwice1500000BytesOrWhatTheSysctlAllows(String max, int expected) throws Exception {
            TestNetwork network = with(oneDatacenter(), "tcp_bufs_kern")
                    .sysctl("net.core.rmem_max", max)
                    .sysctl("net.core.wmem_max", max)
                    .listen();
            TcpSock client = network.connect(1, 1000).tcp();
            network.runUs(1_000);
            TcpSock server = network.accepted.get(0).tcp();
            for (TcpSock sk : List.of(client, server)) {
                assertThat(sk.sk_sndbuf).isEqualTo(expected);
                assertThat(sk.sk_rcvbuf).isEqualTo(expected);
                assertThat(sk.sk_userlocks).isEqualTo(TcpSock.SOCK_SNDBUF_LOCK | TcpSock.SOCK_RCVBUF_LOCK);
            }
        }

        @Test
        void withoutItBuffersAreLinuxsDefaults() {
            TestNetwork network = oneDatacenter().listen();
            TcpSock client = network.connect(1, 1000).tcp();
            network.runUs(1_000);
            assertThat(client.sk_rcvbuf).isEqualTo(131_072);
            assertThat(client.sk_userlocks).isZero();
        }
    }

    @Nested
    class TcpRwndKern {
        private static final int SYN_WINDOW = 40 * 1440;
        /** The server knows by now that timestamps will take 12 bytes of each segment. */
        private static final int SYNACK_WINDOW = 40 * 1428;

        @Test
        void firstReceiveWindowIsFortySegmentsBetweenDatacenters() throws Exception {
            List<Integer> defaults = firstWindows(twoDatacenters());
            assertThat(firstWindows(with(twoDatacenters(), "tcp_rwnd_kern")))
                    .containsExactly(SYN_WINDOW, SYNACK_WINDOW);
            assertThat(defaults).containsExactly(45 * 1440, 45 * 1428);
        }

        @Test
        void withinADatacenterItStaysAsItIs() throws Exception {
            assertThat(firstWindows(with(oneDatacenter(), "tcp_rwnd_kern"))).isEqualTo(firstWindows(oneDatacenter()));
        }
    }

    @Nested
    class TcpSynrtoKern {
        /** Linux's timer wheel rounds a second up by as much as 64 ticks (kernel/time/timer.c, its level 2). */
        private static final double LINUX_SECOND_MIN = 1000;

        private static final double LINUX_SECOND_MAX = 1065;

        @Test
        void lostSynIsRepeatedAfterTenMillisecondsInsteadOfASecond() throws Exception {
            assertThat(connectMs(oneDatacenter(), 1)).isBetween(LINUX_SECOND_MIN, LINUX_SECOND_MAX);
            assertThat(connectMs(with(oneDatacenter(), "tcp_synrto_kern"), 1)).isBetween(10.0, 13.0);
        }

        @Test
        void lostSynAckIsRepeatedAfterTenMillisecondsToo() throws Exception {
            assertThat(connectMs(oneDatacenter(), 0)).isBetween(LINUX_SECOND_MIN, LINUX_SECOND_MAX);
            assertThat(connectMs(with(oneDatacenter(), "tcp_synrto_kern"), 0)).isBetween(10.0, 13.0);
        }

        @Test
        void betweenDatacentersItStaysASecond() throws Exception {
            assertThat(connectMs(with(twoDatacenters(), "tcp_synrto_kern"), 1))
                    .isBetween(LINUX_SECOND_MIN, LINUX_SECOND_MAX);
        }
    }

    @Nested
    class TcpClampKern {
        private int largestWindow(TestNetwork network) {
            network.sysctl("net.ipv4.tcp_wmem", "4096 4000000 8000000").listen();
            Socket socket = network.connect(1, MEGABYTES_10);
            int[] largest = {0};
            network.everyUs(5, () -> largest[0] = Math.max(largest[0], socket.tcp().snd_cwnd));
            network.runUs(10_000);
            return largest[0];
        }

        @Test
        void congestionWindowStopsAtAHundredSegments() throws Exception {
            assertThat(largestWindow(oneDatacenter())).isGreaterThan(150);
            assertThat(largestWindow(with(oneDatacenter(), "tcp_clamp_kern"))).isEqualTo(100);
        }

        @Test
        void buffersHave150000BytesAndLostSynsAreRepeatedAfterTenMilliseconds() throws Exception {
            for (int loser : new int[] {0, 1}) {
                TestNetwork network = with(oneDatacenter(), "tcp_clamp_kern");
                assertThat(connectMs(network, loser)).isBetween(10.0, 13.0);
                assertThat(network.accepted.get(0).tcp().sk_sndbuf).isEqualTo(300_000);
                assertThat(network.accepted.get(0).tcp().sk_rcvbuf).isEqualTo(300_000);
            }
        }

        @Test
        void betweenDatacentersItDoesNothing() throws Exception {
            TestNetwork network = with(twoDatacenters(), "tcp_clamp_kern").listen();
            TcpSock client = network.connect(1, 1000).tcp();
            network.runUs(1_000);
            assertThat(client.snd_cwnd_clamp).isEqualTo(-1);
            assertThat(client.sk_userlocks).isZero();
        }
    }

    @Nested
    class TcpCongKern {
        @Test
        void bothEndsUseDctcpAndEcnThoughTheSysctlsSayOtherwise() throws Exception {
            TestNetwork network = with(oneDatacenter(), "tcp_cong_kern").listen();
            List<Integer> synFlags = new ArrayList<>();
            List<Integer> dataEcn = new ArrayList<>();
            network.watch(1, s -> {
                if (s.has(TcpSegment.SYN)) {
                    synFlags.add(s.flags & (TcpSegment.ECE | TcpSegment.CWR));
                } else if (s.length > 0) {
                    dataEcn.add(s.ecn);
                }
            });
            TcpSock client = network.connect(1, 100_000).tcp();
            network.runUs(5_000);
            TcpSock server = network.accepted.get(0).tcp();
            assertThat(client.icsk_ca_ops.name()).isEqualTo("dctcp");
            assertThat(server.icsk_ca_ops.name()).isEqualTo("dctcp");
            assertThat(client.ecn_flags & TcpSock.TCP_ECN_OK).isEqualTo(1);
            assertThat(synFlags).containsExactly(TcpSegment.ECE | TcpSegment.CWR);
            assertThat(dataEcn).isNotEmpty().containsOnly(2);
        }

        @Test
        void betweenDatacentersCubicStays() throws Exception {
            TestNetwork network = with(twoDatacenters(), "tcp_cong_kern").listen();
            TcpSock client = network.connect(1, 100_000).tcp();
            network.runUs(5_000);
            assertThat(client.icsk_ca_ops.name()).isEqualTo("cubic");
            assertThat(client.ecn_flags & TcpSock.TCP_ECN_OK).isZero();
        }
    }

    /** As the selftest's own user space part, prog_tests/tcp_rtt.c, asks. */
    @Nested
    class TcpRtt {
        private final TestNetwork network = oneDatacenter().listen();
        private StorageMap storage;

        private List<Integer> stored(TcpSock sk) {
            IntBuffer words = ByteBuffer.wrap(storage.get(sk))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            List<Integer> values = new ArrayList<>();
            while (words.hasRemaining()) {
                values.add(words.get());
            }
            return values;
        }

        @Test
        void callbackRunsOncePerRttSampleWithItsValues() throws Exception {
            HostPrograms programs = new HostPrograms(network.hosts.get(1).kernel(), line -> {});
            BpfInstance instance = programs.load(KernelObjects.load("tcp_rtt"));
            programs.attach(instance, network.cgroups.get(1), 0);
            storage = (StorageMap) instance.map("socket_storage_map").orElseThrow();

            Socket socket = network.connect(1, 0);
            network.runUs(1_000);
            List<Integer> afterSynAck = stored(socket.tcp());
            socket.writeAll(1);
            network.runUs(100_000);
            List<Integer> afterByte = stored(socket.tcp());

            // invoked, dsack_dups, delivered, delivered_ce, icsk_retransmits, mrtt_us, srtt
            assertThat(afterSynAck.subList(0, 5)).containsExactly(1, 0, 1, 0, 0);
            assertThat(afterByte.subList(0, 5)).containsExactly(2, 0, 2, 0, 0);
            assertThat(afterSynAck.get(5)).isBetween(96, 98);
            assertThat(afterSynAck.get(6)).isPositive();
        }
    }

    @Nested
    class StructOps {
        /** Windows of long flows through the bottleneck, every 100 us for 200 ms. */
        private List<Integer> windows(String congestionControl, LoadedObject object, int flows, QueueSpec queue) {
            TestNetwork network = new TestNetwork(flows, 16, queue, TestNetwork.ipv6(0, 1));
            if (object != null) {
                network.register(object);
            }
            network.sysctl("net.ipv4.tcp_congestion_control", congestionControl)
                    .sysctl("net.ipv4.tcp_ecn", congestionControl.contains("dctcp") ? "1" : "0")
                    .sysctl("net.ipv4.tcp_wmem", "4096 4000000 8000000")
                    .listen();
            List<TcpSock> senders = new ArrayList<>();
            for (int client = 1; client <= flows; client++) {
                senders.add(network.connect(client, Long.MAX_VALUE / 2).tcp());
                network.runUs(777);
            }
            List<Integer> trace = new ArrayList<>();
            network.everyUs(100, () -> senders.forEach(sk -> trace.add(sk.snd_cwnd)));
            network.runUs(200_000);
            assertThat(senders.get(0).icsk_ca_ops.name()).isEqualTo(congestionControl);
            return trace;
        }

        @Test
        void bpfDctcpHasTheWindowsOfNativeDctcp() throws Exception {
            QueueSpec marking = QueueSpec.UNBOUNDED.withMarkPackets(65);
            LoadedObject object = KernelObjects.load("bpf_dctcp");
            assertThat(windows("bpf_dctcp", object, 2, marking)).isEqualTo(windows("dctcp", null, 2, marking));
        }

        @Test
        void bpfCubicHasNearlyTheWindowsOfNativeCubic() throws Exception {
            QueueSpec shallow = QueueSpec.UNBOUNDED.withLimitPackets(200);
            LoadedObject object = KernelObjects.load("bpf_cubic");
            double bpf = mean(windows("bpf_cubic", object, 1, shallow));
            double ours = mean(windows("cubic", null, 1, shallow));
            assertThat(bpf / ours).isBetween(0.97, 1.03);
        }

        /**
         * It sets window and pacing rate itself, through cong_control, with the kernel's cubictcp_* functions. Without
         * loss, for its PRR needs prr_delivered, which neither it nor, under cong_control, the stack counts.
         */
        @Test
        void bpfCcCubicHasTheWindowsOfNativeCubicWhereNothingIsLost() throws Exception {
            LoadedObject object = KernelObjects.load("bpf_cc_cubic");
            assertThat(windows("bpf_cc_cubic", object, 1, QueueSpec.UNBOUNDED))
                    .isEqualTo(windows("cubic", null, 1, QueueSpec.UNBOUNDED));
        }

        private static double mean(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).average().orElseThrow();
        }
    }
}
