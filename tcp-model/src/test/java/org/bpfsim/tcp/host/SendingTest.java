package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;

class SendingTest {
    private static TwoHosts reno(int rttMs) {
        TwoHosts net = TwoHosts.withRttMs(rttMs);
        net.client.sysctls().set("net.ipv4.tcp_congestion_control", "reno");
        return net;
    }

    @Test
    void rfc6928_sendsTenSegmentsAtOnce() {
        TwoHosts net = reno(20).connect();
        net.clientSocket.writeAll(100_000);
        net.runMs(39);
        assertThat(net.clientData()).hasSize(10);
    }

    @Test
    void rfc5681_doublesTheWindowEachRoundTripInSlowStart() {
        TwoHosts net = reno(20).connect();
        net.clientSocket.writeAll(1_000_000);
        int[] windows = new int[4];
        for (int round = 0; round < windows.length; round++) {
            net.runMs(20 * (round + 1) + 19);
            windows[round] = net.clientSocket.tcp().snd_cwnd;
        }
        assertThat(windows).containsExactly(10, 20, 40, 80);
    }

    @Test
    void theWindowDoesNotGrowWhileTheApplicationIsTheLimit() {
        TwoHosts net = reno(20).connect().runMs(50);
        for (int i = 0; i < 20; i++) {
            net.clientSocket.writeAll(3 * 1448);
            net.runMs(50 + 25 * (i + 1));
        }
        assertThat(net.clientSocket.tcp().snd_cwnd).isEqualTo(10);
    }

    @Test
    void theClampLimitsTheWindow() {
        TwoHosts net = reno(20).connect().runMs(30);
        net.clientSocket.tcp().snd_cwnd_clamp = 15;
        net.clientSocket.writeAll(1_000_000);
        net.runMs(500);
        assertThat(net.clientSocket.tcp().snd_cwnd).isEqualTo(15);
    }

    @Test
    void aWindowBeyondTheSignBitIsEnormousNotNegative() {
        TwoHosts net = reno(20).connect().runMs(30);
        net.clientSocket.tcp().snd_cwnd = 0xffffffff;
        net.clientSocket.writeAll(30 * 1448);
        net.runMs(39);
        assertThat(net.clientData()).hasSize(30);
    }

    @Test
    void rfc5681_4_1_startsSlowlyAfterIdleTime() {
        TwoHosts net = reno(20).connect();
        net.clientSocket.writeAll(500_000);
        net.runMs(1000);
        int before = net.clientSocket.tcp().snd_cwnd;
        net.runMs(3000);
        net.clientSocket.writeAll(1448);
        assertThat(before).isGreaterThan(100);
        assertThat(net.clientSocket.tcp().snd_cwnd).isEqualTo(10);
        assertThat(net.clientSocket.tcp().snd_ssthresh).isGreaterThanOrEqualTo(before * 3 / 4);
    }

    @Test
    void keepsTheWindowOverIdleTimeIfToldTo() {
        TwoHosts net = reno(20);
        net.client.sysctls().set("net.ipv4.tcp_slow_start_after_idle", "0");
        net.connect();
        net.clientSocket.writeAll(500_000);
        net.runMs(4000);
        net.clientSocket.writeAll(1448);
        assertThat(net.clientSocket.tcp().snd_cwnd).isGreaterThan(100);
    }

    @Test
    void rfc9293_3_7_4_nagleHoldsBackASecondSmallSegment() {
        TwoHosts net = reno(20).connect().runMs(50);
        net.clientSocket.writeAll(100);
        net.clientSocket.writeAll(100);
        net.clientSocket.writeAll(100);
        net.runMs(55);
        assertThat(net.clientData()).extracting(TwoHosts.Sent::length).containsExactly(100);
        net.runMs(150);
        assertThat(net.clientData()).extracting(TwoHosts.Sent::length).containsExactly(100, 200);
    }

    @Test
    void nodelaySendsAtOnce() {
        TwoHosts net = reno(20).connect().runMs(50);
        net.clientSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
        net.clientSocket.writeAll(100);
        net.clientSocket.writeAll(100);
        assertThat(net.clientData()).extracting(TwoHosts.Sent::length).containsExactly(100, 100);
    }

    @Test
    void rfc3168_6_1_anEchoHalvesTheWindowOnceAndIsAnsweredByCwr() {
        TwoHosts net = reno(20);
        net.client.sysctls().set("net.ipv4.tcp_ecn", "1");
        net.connect().runMs(50);
        int[] data = {0};
        net.toServer.setLossInjector((now, packet) -> {
            if (packet.ecn == Ecn.ECT_0 && ++data[0] == 15) {
                packet.ecn = Ecn.CE;
            }
            return false;
        });
        net.clientSocket.writeAll(300_000);
        net.runMs(1000);
        List<TwoHosts.Sent> echoes = net.sent(false).stream()
                .filter(s -> s.is(TcpSegment.ECE) && !s.is(TcpSegment.SYN))
                .toList();
        List<TwoHosts.Sent> answers =
                net.clientData().stream().filter(s -> s.is(TcpSegment.CWR)).toList();
        TcpSock sk = net.clientSocket.tcp();
        assertThat(echoes.size()).isGreaterThan(2);
        assertThat(answers).hasSize(1);
        assertThat(sk.snd_ssthresh).isBetween(8, 20);
        assertThat(sk.icsk_ca_state).isEqualTo(CaState.OPEN);
        assertThat(net.client.counters().get(Mib.TCP_RETRANS_SEGS)).isZero();
        assertThat(net.serverApp.received).isEqualTo(300_000);
    }

    @Test
    void dctcpKeepsTheQueueAtTheThreshold() {
        QueueSpec queue = QueueSpec.UNBOUNDED.withMarkPackets(65);
        TwoHosts net = new TwoHosts(10_000_000_000L, SimTime.fromMicros(20), 1, queue, false);
        net.client.sysctls().set("net.ipv4.tcp_congestion_control", "dctcp");
        net.server.sysctls().set("net.ipv4.tcp_congestion_control", "dctcp");
        net.connect();
        net.clientSocket.writeAll(50_000_000);
        net.runMs(5);
        double sum = 0;
        int samples = 2000;
        for (int i = 0; i < samples; i++) {
            net.runMs(5 + i * 0.01);
            sum += net.toServer.queuePackets();
        }
        assertThat(sum / samples).isBetween(30.0, 75.0);
        assertThat(net.toServer.droppedPackets()).isZero();
    }

    @Test
    void theSendBufferLimitsWhatAWriteTakesAndGrowsWithTheWindow() {
        TwoHosts net = reno(20).connect().runMs(50);
        int before = net.clientSocket.tcp().sk_sndbuf;
        long taken = net.clientSocket.write(10_000_000);
        assertThat(taken).isBetween((long) before, before + 65_536L);
        net.clientSocket.writeAll(10_000_000 - taken);
        net.runMs(1000);
        assertThat(net.serverApp.received).isEqualTo(10_000_000);
        assertThat(net.clientSocket.tcp().sk_sndbuf).isGreaterThan(before);
    }

    @Test
    void pacesOnlyIfAsked() {
        TwoHosts net = reno(20).connect().runMs(50);
        net.clientSocket.tcp().sk_pacing_status = TcpSock.SK_PACING_NEEDED;
        net.clientSocket.tcp().sk_max_pacing_rate = 1_000_000;
        net.clientSocket.tcp().sk_pacing_rate = 1_000_000;
        net.clientSocket.writeAll(1_000_000);
        net.runMs(1050);
        assertThat(net.serverApp.received).isBetween(900_000L, 1_000_000L);
    }
}
