package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.nic.Nic;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.nic.QdiscOptions;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What stands between TCP and the link: trains of segments, small queues, the ring, queueing disciplines. */
class NicTest {
    private static final long SLOW = 100_000_000L;

    /** A link of 100 Mbit/s with an RTT of 10 ms, and NICs of a kind. */
    private static TwoHosts slow(NicOptions options) {
        TwoHosts net = new TwoHosts(SLOW, SimTime.fromMillis(5), 10);
        net.client.attach(net.toServer, options);
        return net;
    }

    @Nested
    class Trains {
        @Test
        void theInitialWindowGoesInTwoBuffers() {
            TwoHosts net = TwoHosts.withRttMs(1);
            List<Integer> segments = new java.util.ArrayList<>();
            net.client.kernel().setWire(packet -> {
                segments.add(packet.gsoSegs);
                packet.release();
            });
            net.listen();
            net.client.setNic(net.toServer::send);
            net.connectOnly();
            net.runMs(1.5);
            net.client.kernel().setWire(packet -> {
                if (packet.length > 0) {
                    segments.add(packet.gsoSegs);
                }
                packet.release();
            });
            net.clientSocket.writeAll(100_000);
            assertThat(segments).containsExactly(5, 5);
        }

        @Test
        void segmentsOfATrainFollowEachOtherAndOnlyTheLastHasPsh() {
            TwoHosts net = TwoHosts.withRttMs(1).connect().runMs(1.5);
            net.trace.clear();
            net.clientSocket.writeAll(14_480);
            List<TwoHosts.Sent> data = net.clientData();
            assertThat(data).hasSize(10).allMatch(s -> s.length() == 1448);
            assertThat(data)
                    .extracting(s -> s.is(TcpSegment.PSH))
                    .containsExactly(false, false, false, false, true, false, false, false, false, true);
            assertThat(data.get(9).seq() - data.get(0).seq()).isEqualTo(9 * 1448);
        }

        @Test
        void aSackedMiddleOfATrainIsCutOutAndOnlyTheRestIsRepeated() {
            TwoHosts net = TwoHosts.withRttMs(1).connect().runMs(1.5);
            net.toServer.setLossInjector(TwoHosts.losingData(2, 4));
            net.clientSocket.writeAll(14_480);
            net.runMs(10);
            assertThat(net.serverApp.received).isEqualTo(14_480);
            assertThat(net.clientSocket.tcp().total_retrans).isEqualTo(2);
        }
    }

    @Nested
    class SmallQueues {
        @Test
        void aSocketKeepsAMillisecondOfItsRateInTheHost() {
            TwoHosts net = slow(NicOptions.DEFAULT).connect();
            net.clientSocket.writeAll(20_000_000);
            TcpSock sk = net.clientSocket.tcp();
            int most = 0;
            for (double ms = 300; ms < 600; ms += 0.1) {
                net.runMs(ms);
                most = Math.max(most, sk.sk_wmem_alloc);
            }
            long millisecond = sk.sk_pacing_rate >> 10;
            int oneBuffer = 70_000;
            assertThat(sk.snd_cwnd * 1448L).as("what the window would let out").isGreaterThan(3 * most);
            assertThat(most).isBetween((int) millisecond / 2, (int) millisecond * 2 + 2 * oneBuffer);
        }

        @Test
        void theLinkIsNeverIdleForThat() {
            TwoHosts net = slow(NicOptions.DEFAULT).connect();
            net.clientSocket.writeAll(20_000_000);
            net.runMs(300);
            long before = net.toServer.txBytes();
            net.runMs(800);
            assertThat(net.toServer.txBytes() - before).isGreaterThan((long) (0.99 * SLOW / 8 / 2));
        }

        @Test
        void whatIsSmallWaitsForTheBufferBeforeItToLeave() {
            TwoHosts net = slow(NicOptions.DEFAULT).connect().runMs(15);
            net.clientSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
            net.trace.clear();
            net.clientSocket.write(3000);
            for (int i = 0; i < 10; i++) {
                net.clientSocket.write(100);
            }
            net.runMs(50);
            assertThat(net.client.counters().get(Mib.TCP_AUTO_CORKING)).isPositive();
            assertThat(net.clientData()).hasSize(4); // 3000 bytes in three segments, and 1000 together
        }
    }

    @Nested
    class Receiving {
        private static final NicOptions GATHERING = new NicOptions(QdiscOptions.PFIFO_FAST, 1000, 1024, 8, 8, true);

        /** The server's NIC puts off interrupts, or not. */
        private TwoHosts fast(NicOptions options) {
            TwoHosts net = new TwoHosts(10_000_000_000L, SimTime.fromMicros(100), 10);
            net.toServer.connect(net.server.attach(net.toClient, options), 0);
            return net.connect().runMs(1);
        }

        @Test
        void aTrainIsOneSegmentForTcpAndOneAck() {
            TwoHosts net = fast(GATHERING);
            TcpSock receiver = net.serverSocket.tcp();
            long before = net.server.counters().get(Mib.TCP_IN_SEGS);
            net.trace.clear();
            net.clientSocket.writeAll(5 * 1448);
            net.runMs(1.3);
            assertThat(net.server.counters().get(Mib.TCP_IN_SEGS) - before).isEqualTo(1);
            assertThat(receiver.data_segs_in).isEqualTo(5);
            assertThat(receiver.icsk_ack_rcv_mss).isEqualTo(1448);
            assertThat(net.sent(false)).as("ACKs").hasSize(1);
        }

        @Test
        void withoutGroEachSegmentIsSeen() {
            TwoHosts net = fast(new NicOptions(QdiscOptions.PFIFO_FAST, 1000, 1024, 8, 8, false));
            long before = net.server.counters().get(Mib.TCP_IN_SEGS);
            net.clientSocket.writeAll(14_480);
            net.runMs(1.3);
            assertThat(net.server.counters().get(Mib.TCP_IN_SEGS) - before).isEqualTo(10);
        }

        @Test
        void theInterruptComesAfterItsTime() {
            TwoHosts net = fast(GATHERING);
            net.trace.clear();
            net.clientSocket.writeAll(100);
            net.runMs(1.3);
            double sentMs = net.clientData().get(0).ms();
            double wire = (100 + 52 + 38) * 8 / 10e9 * 1e3;
            assertThat(net.sent(false).get(0).ms() - sentMs).isCloseTo(0.1 + wire + 0.008, Offset.offset(1e-6));
        }

        @Test
        void aMarkedSegmentIsNotMixedWithUnmarkedOnes() {
            TwoHosts net = new TwoHosts(10_000_000_000L, SimTime.fromMicros(100), 10);
            net.client.sysctls().set("net.ipv4.tcp_ecn", "1");
            net.server.sysctls().set("net.ipv4.tcp_ecn", "1");
            net.toServer.connect(net.server.attach(net.toClient, GATHERING), 0);
            net.connect().runMs(1);
            int[] seen = {0};
            net.toServer.setLossInjector((now, packet) -> {
                packet.ecn = ++seen[0] == 3 ? Ecn.CE : packet.ecn;
                return false;
            });
            long before = net.server.counters().get(Mib.TCP_IN_SEGS);
            net.clientSocket.writeAll(5 * 1448);
            net.runMs(1.3);
            assertThat(net.server.counters().get(Mib.IN_CE_PKTS)).isEqualTo(1);
            assertThat(net.server.counters().get(Mib.TCP_IN_SEGS) - before)
                    .as("two, the marked one, two")
                    .isEqualTo(3);
        }
    }

    @Nested
    class Ring {
        @Test
        void holdsAsMuchAsKeepsTheLinkBusyAndTheRestWaitsBeforeIt() {
            TwoHosts net = slow(NicOptions.DEFAULT).connect();
            Nic nic = (Nic) net.client.kernel().egress();
            for (int i = 0; i < 10; i++) {
                Socket more =
                        net.client.connect(net.server.addresses().get(0), TwoHosts.PORT, null, new TwoHosts.App());
                more.writeAll(5_000_000);
            }
            net.runMs(500);
            assertThat(nic.ringLimitBytes()).isBetween(1_514, 200_000);
            assertThat(nic.qdisc().maxBacklogBytes()).isGreaterThan(nic.ringLimitBytes());
        }
    }

    @Nested
    class PfifoFast {
        @Test
        void dropsBeyondTxqueuelenAreCongestionForTheSender() {
            TwoHosts net = slow(new NicOptions(QdiscOptions.PFIFO_FAST, 1, 2, 8, 0, false))
                    .connect();
            net.clientSocket.writeAll(1_000_000);
            int reductions = 0;
            for (double ms = 10; ms < 100; ms += 0.1) {
                net.runMs(ms);
                reductions += net.clientSocket.tcp().icsk_ca_state == CaState.CWR ? 1 : 0;
            }
            net.runMs(2000);
            Nic nic = (Nic) net.client.kernel().egress();
            assertThat(nic.qdisc().drops()).isPositive();
            assertThat(reductions).isPositive();
            assertThat(net.clientSocket.tcp().total_retrans)
                    .as("nothing of it was out")
                    .isZero();
            assertThat(net.serverApp.received).isEqualTo(1_000_000);
        }

        @Test
        void servesTheHigherBandFirst() {
            TwoHosts net = slow(NicOptions.DEFAULT).connect();
            Socket urgent = net.client.connect(net.server.addresses().get(0), TwoHosts.PORT, null, new TwoHosts.App());
            urgent.tcp().sk_priority = 6; // TC_PRIO_INTERACTIVE
            net.runMs(12);
            net.clientSocket.writeAll(10_000_000);
            net.runMs(500);
            net.trace.clear();
            urgent.writeAll(100);
            net.runMs(500 + 40);
            long sentAtPs = net.clientData().stream()
                    .filter(s -> s.length() == 100)
                    .findFirst()
                    .orElseThrow()
                    .timePs();
            assertThat(sentAtPs - SimTime.fromMillis(500)).isLessThan(SimTime.fromMillis(20));
        }
    }

    @Nested
    class Fq {
        @Test
        void takesPacingOverFromTheSocket() {
            TwoHosts net = slow(NicOptions.DEFAULT.with(QdiscOptions.of(QdiscOptions.Fq.DEFAULT)))
                    .connect();
            net.runMs(15);
            assertThat(net.clientSocket.tcp().sk_pacing_status).isEqualTo(TcpSock.SK_PACING_FQ);
        }

        @Test
        void spreadsTheWindowOverTheRtt() {
            TwoHosts net = new TwoHosts(1_000_000_000L, SimTime.fromMillis(5), 10);
            net.client.attach(net.toServer, NicOptions.DEFAULT.with(QdiscOptions.of(QdiscOptions.Fq.DEFAULT)));
            net.connect();
            net.clientSocket.tcp().snd_cwnd_clamp = 40;
            net.clientSocket.writeAll(3_000_000);
            net.runMs(200);
            net.trace.clear();
            net.runMs(210);
            List<TwoHosts.Sent> data = net.clientData();
            double longestGapMs = 0;
            for (int i = 1; i < data.size(); i++) {
                longestGapMs = Math.max(
                        longestGapMs, data.get(i).ms() - data.get(i - 1).ms());
            }
            assertThat(data).hasSizeBetween(30, 44);
            assertThat(longestGapMs)
                    .as("without pacing, all but half a millisecond of ten")
                    .isLessThan(3);
        }

        @Test
        void dropsWhatAFlowHasBeyondItsLimit() {
            QdiscOptions.Fq two =
                    new QdiscOptions.Fq(10_000, 2, 0, 0, true, 1_000_000, 68_750, 40, 10_000_000_000L, true, -1);
            TwoHosts net = slow(NicOptions.DEFAULT.with(QdiscOptions.of(two))).connect();
            net.clientSocket.writeAll(100_000);
            net.runMs(2000);
            Nic nic = (Nic) net.client.kernel().egress();
            assertThat(nic.qdisc().drops()).isPositive();
            assertThat(net.serverApp.received).isEqualTo(100_000);
        }

        @Test
        void holdsAFlowToItsMaxrate() {
            QdiscOptions.Fq slowFlow = new QdiscOptions.Fq(
                    10_000, 100, 0, 0, true, 1_000_000, 68_750, 40, 10_000_000_000L, true, Long.MAX_VALUE);
            TwoHosts net =
                    slow(NicOptions.DEFAULT.with(QdiscOptions.of(slowFlow))).connect();
            net.clientSocket.writeAll(5_000_000);
            net.runMs(1000);
            long before = net.serverApp.received;
            net.runMs(3000);
            assertThat(net.serverApp.received - before).isBetween(1_800_000L, 2_000_000L);
        }
    }

    @Nested
    class FqCodel {
        @Test
        void rfc8290_4_1_aSparseFlowOvertakesABulkyOne() {
            TwoHosts net = slow(NicOptions.DEFAULT.with(QdiscOptions.of(QdiscOptions.FqCodelOptions.DEFAULT)))
                    .connect();
            Socket sparse = net.client.connect(net.server.addresses().get(0), TwoHosts.PORT, null, new TwoHosts.App());
            for (int i = 0; i < 8; i++) {
                net.client
                        .connect(net.server.addresses().get(0), TwoHosts.PORT, null, new TwoHosts.App())
                        .writeAll(5_000_000);
            }
            net.runMs(500);
            net.trace.clear();
            sparse.writeAll(100);
            net.runMs(520);
            assertThat(net.clientData().stream().filter(s -> s.length() == 100)).hasSize(1);
        }

        @Test
        void rfc8289_5_marksWhatStandsTooLong() {
            TwoHosts net = slow(NicOptions.DEFAULT.with(QdiscOptions.of(QdiscOptions.FqCodelOptions.DEFAULT)));
            net.client.sysctls().set("net.ipv4.tcp_ecn", "1");
            net.server.sysctls().set("net.ipv4.tcp_ecn", "1");
            net.listen();
            for (int i = 0; i < 20; i++) {
                net.client
                        .connect(net.server.addresses().get(0), TwoHosts.PORT, null, new TwoHosts.App())
                        .writeAll(50_000_000);
            }
            net.runMs(5000);
            assertThat(net.trace.stream().filter(s -> s.fromClient() && s.ecn() == Ecn.CE))
                    .as("marked")
                    .isNotEmpty();
        }
    }
}
