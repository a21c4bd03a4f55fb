package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LossRecoveryTest {
    private static long count(TwoHosts net, Mib counter) {
        return net.client.counters().get(counter);
    }

    @Nested
    class Sack {
        @Test
        void repairsOneLossWithinARoundTrip() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.toServer.setLossInjector(TwoHosts.losingData(3));
            net.connect();
            net.clientSocket.writeAllAndShutdown(30_000);
            net.runMs(150);

            assertThat(net.serverApp.received).isEqualTo(30_000);
            assertThat(count(net, Mib.TCP_FAST_RETRANS)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_SACK_RECOVERY)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isZero();
            assertThat(net.clientSocket.tcp().icsk_ca_state).isEqualTo(CaState.OPEN);
        }

        @Test
        void repairsSeveralLossesOfOneWindowWithoutATimeout() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.toServer.setLossInjector(TwoHosts.losingData(12, 14, 15, 20));
            net.connect();
            net.clientSocket.writeAllAndShutdown(200_000);
            net.runMs(500);

            assertThat(net.serverApp.received).isEqualTo(200_000);
            assertThat(count(net, Mib.TCP_RETRANS_SEGS)).isEqualTo(4);
            assertThat(count(net, Mib.TCP_SACK_RECOVERY)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isZero();
        }

        @Test
        void reducesTheWindowToWhatTheCongestionControlSays() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.client.sysctls().set("net.ipv4.tcp_congestion_control", "reno");
            net.toServer.setLossInjector(TwoHosts.losingData(12));
            net.connect();
            net.clientSocket.writeAll(500_000);
            net.runMs(70);
            int window = net.clientSocket.tcp().prior_cwnd;
            assertThat(net.clientSocket.tcp().snd_ssthresh).isEqualTo(window / 2);
        }

        @Test
        void retransmitsARetransmissionThatWasLostToo() {
            TwoHosts net = TwoHosts.withRttMs(20);
            int[] lost = {0};
            net.toServer.setLossInjector((now, packet) -> {
                TcpSegment s = (TcpSegment) packet;
                boolean isThirteenth = s.length > 0 && net.clientSocket.tcp().streamOffset(s.seq) == 12 * 1448;
                return isThirteenth && lost[0]++ < 2;
            });
            net.connect();
            net.clientSocket.writeAllAndShutdown(400_000);
            net.runMs(1000);
            assertThat(net.serverApp.received).isEqualTo(400_000);
            assertThat(count(net, Mib.TCP_LOST_RETRANSMIT)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isZero();
        }
    }

    @Nested
    class WithoutSack {
        @Test
        void rfc6582_repairsByDuplicateAcks() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.client.sysctls().set("net.ipv4.tcp_sack", "0");
            net.toServer.setLossInjector(TwoHosts.losingData(12, 15));
            net.connect();
            net.clientSocket.writeAllAndShutdown(200_000);
            net.runMs(1000);
            assertThat(net.serverApp.received).isEqualTo(200_000);
            assertThat(count(net, Mib.TCP_RENO_RECOVERY)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isZero();
        }
    }

    @Nested
    class Tail {
        @Test
        void rfc8985_7_aProbeRepairsALostTail() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.toServer.setLossInjector(TwoHosts.losingData(9, 10));
            net.connect();
            net.clientSocket.writeAll(14_480);
            net.runMs(1000);
            List<TwoHosts.Sent> data = net.clientData();
            assertThat(data)
                    .hasSize(12); // the probe is the last segment again, whose SACK shows that the one before is lost
            // 2 RTT + 2 ms, in ticks of 4 ms, after the last ACK at 40 ms
            assertThat(data.get(10).ms()).isBetween(84.0, 92.0);
            assertThat(net.serverApp.received).isEqualTo(14_480);
            assertThat(count(net, Mib.TCP_LOSS_PROBES)).isEqualTo(1);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isZero();
        }

        @Test
        void aLoneSegmentWaitsForTheReceiversDelayedAckToo() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.connect().runMs(100);
            net.toServer.setLossInjector(TwoHosts.losingData(1));
            net.clientSocket.writeAll(100);
            net.runMs(1000);
            List<TwoHosts.Sent> data = net.clientData();
            // The probe would be due after 2 RTT + 200 ms = 240 ms, the RTO is earlier: 20 + 200 ms.
            assertThat(data.get(1).ms() - data.get(0).ms()).isBetween(220.0, 232.0);
        }
    }

    @Nested
    class Rfc6298 {
        @Test
        void firstRtoIsRttPlus200Ms() {
            TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(100);
            assertThat(net.clientSocket.tcp().icsk_rto).isEqualTo(56); // 20.01 + 200 ms in ticks of 4 ms
        }

        @Test
        void rfc6298_5_5_doublesTheRtoOnEachTimeout() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.client.sysctls().set("net.ipv4.tcp_early_retrans", "0");
            net.connect().runMs(100);
            net.toServer.setLossInjector((now, packet) -> true);
            net.clientSocket.writeAll(1000);
            net.runMs(20_000);
            List<TwoHosts.Sent> data = net.clientData();
            double[] expected = {220, 440, 880, 1760, 3520};
            for (int i = 0; i < expected.length; i++) {
                double gap = data.get(i + 1).ms() - data.get(i).ms();
                assertThat(gap).isBetween(expected[i] * 0.99, expected[i] * 1.13 + 4); // the wheel's steps
            }
            assertThat(net.clientSocket.tcp().snd_cwnd).isEqualTo(1);
            assertThat(net.clientSocket.tcp().icsk_ca_state).isEqualTo(CaState.LOSS);
        }

        @Test
        void givesUpAfterAbout15Minutes() {
            TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(100);
            net.toServer.setLossInjector((now, packet) -> true);
            net.clientSocket.writeAll(1000);
            net.scheduler.run();
            assertThat(net.clientApp.errno).isEqualTo(Errno.ETIMEDOUT);
            // tcp(7): tcp_retries2 = 15 stands for 924.6 s at least
            assertThat(net.clientData().get(net.clientData().size() - 1).ms()).isBetween(700_000.0, 1_000_000.0);
        }

        @Test
        void goesOnAfterALongOutage() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.toServer.setLossInjector((now, packet) -> now > 50e9 && now < 2_000e9);
            net.connect();
            net.clientSocket.writeAllAndShutdown(2_000_000);
            net.runMs(10_000);
            assertThat(net.serverApp.received).isEqualTo(2_000_000);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isGreaterThan(2);
        }
    }

    @Nested
    class Spurious {
        @Test
        void rfc3522_undoesATimeoutThatOnlyADelayCaused() {
            TwoHosts net = TwoHosts.withRttMs(20);
            net.connect();
            net.clientSocket.writeAll(300_000);
            net.runMs(61);
            TcpSock sk = net.clientSocket.tcp();
            int before = sk.snd_cwnd;
            // The ACKs of a whole window are held up for 400 ms.
            net.toClient.connect(new DelayLine(net.scheduler, net.client, 400_000_000_000L), 0);
            net.clientSocket.writeAllAndShutdown(300_000);
            net.runMs(3000);
            assertThat(before).isGreaterThan(10);
            assertThat(net.serverApp.received).isEqualTo(600_000);
            assertThat(count(net, Mib.TCP_TIMEOUTS)).isPositive();
            assertThat(count(net, Mib.TCP_LOSS_UNDO) + count(net, Mib.TCP_FULL_UNDO) + count(net, Mib.TCP_DSACK_UNDO))
                    .isPositive();
        }
    }
}
