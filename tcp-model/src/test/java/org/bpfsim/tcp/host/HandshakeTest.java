package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    /** A cgroup whose program answers one operation and nothing else. */
    private static Cgroup answering(int op, int reply) {
        return new Cgroup() {
            @Override
            public String path() {
                return "/test";
            }

            @Override
            public SockOps sockOps() {
                return (sk, called, a, b, c, skb) -> called == op ? reply : -1;
            }
        };
    }

    @Test
    void linuxFactsOfSynAndSynAck() {
        TwoHosts net = new TwoHosts().connect().runMs(1);
        TwoHosts.Sent syn = net.trace.get(0);
        TwoHosts.Sent synAck = net.trace.get(1);

        assertThat(syn.flags()).isEqualTo(TcpSegment.SYN);
        assertThat(syn.mss()).isEqualTo(1460);
        assertThat(syn.wscale()).isEqualTo(7); // tcp_rmem[2] = 6 MB
        assertThat(syn.window()).isEqualTo(64_240); // 44 segments of 1460
        assertThat(syn.sackPermitted()).isTrue();
        assertThat(synAck.flags()).isEqualTo(TcpSegment.SYN | TcpSegment.ACK);
        assertThat(synAck.window()).isEqualTo(65_160); // 45 segments of 1448
        assertThat(net.trace).hasSize(3);
        assertThat(net.clientSocket.tcp().skc_state).isEqualTo(TcpState.ESTABLISHED);
        assertThat(net.serverSocket.tcp().skc_state).isEqualTo(TcpState.ESTABLISHED);
        assertThat(net.clientSocket.tcp().mss_cache).isEqualTo(1448);
        assertThat(net.clientSocket.tcp().sk_sndbuf).isEqualTo(87_040);
        assertThat(net.clientApp.connected).isTrue();
    }

    @Test
    void ipv6HasItsOwnMss() {
        TwoHosts net = new TwoHosts(10_000_000_000L, 1_000_000, 1, QueueSpec.UNBOUNDED, true)
                .connect()
                .runMs(1);
        assertThat(net.trace.get(0).mss()).isEqualTo(1440);
        assertThat(net.serverSocket.tcp().mss_cache).isEqualTo(1428);
    }

    @Test
    void repeatsALostSynAfterOneSecondAndLinearlyFourTimes() {
        TwoHosts net = new TwoHosts();
        net.toServer.setLossInjector(TwoHosts.losing(1, 2, 3, 4, 5, 6));
        net.connect().runMs(12_000);
        List<TwoHosts.Sent> syns =
                net.sent(true).stream().filter(s -> s.is(TcpSegment.SYN)).toList();

        // Linux 6.5 and later: tcp_syn_linear_timeouts = 4. The timer wheel rounds up by at most 32 ms at HZ=250.
        double[] expected = {0, 1000, 2000, 3000, 4000, 5000, 7000};
        assertThat(syns).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(syns.get(i).ms()).isBetween(expected[i], expected[i] + 40.0 * i);
        }
        assertThat(net.clientApp.connected).isTrue();
        assertThat(net.client.counters().get(Mib.TCP_SYN_RETRANS)).isEqualTo(6);
        assertThat(net.clientSocket.tcp().snd_cwnd)
                .as("RFC 5681: more than one SYN lost")
                .isEqualTo(1);
    }

    @Test
    void aProgramSetsTheSynTimeout() {
        TwoHosts net = new TwoHosts();
        net.toServer.setLossInjector(TwoHosts.losing(1));
        net.listen();
        net.clientSocket = net.client.connect(
                net.server.addresses().get(0),
                TwoHosts.PORT,
                answering(SockOps.BPF_SOCK_OPS_TIMEOUT_INIT, 3),
                net.clientApp);
        net.runMs(100);
        assertThat(net.sent(true).get(1).ms()).isBetween(12.0, 16.1); // 3 jiffies of 4 ms
        assertThat(net.clientApp.connected).isTrue();
    }

    @Test
    void aProgramSetsTheInitialReceiveWindow() {
        TwoHosts net = new TwoHosts();
        net.listen();
        net.clientSocket = net.client.connect(
                net.server.addresses().get(0),
                TwoHosts.PORT,
                answering(SockOps.BPF_SOCK_OPS_RWND_INIT, 10),
                net.clientApp);
        net.runMs(1);
        assertThat(net.trace.get(0).window()).isEqualTo(14_600);
    }

    @Test
    void repeatsALostSynAckAndDropsTheHalfOpenConnectionInTheEnd() {
        TwoHosts net = new TwoHosts();
        net.toClient.setLossInjector((now, packet) -> true);
        net.listen();
        net.toServer.setLossInjector((now, packet) -> now > 1_000_000_000L);
        net.connectOnly();
        net.runMs(100_000);
        List<Double> times = net.sent(false).stream().map(TwoHosts.Sent::ms).toList();
        assertThat(times).hasSize(6); // tcp_synack_retries = 5: after 1, 2, 4, 8, 16 s
        assertThat(times.get(1)).isBetween(1000.0, 1040.0);
        assertThat(times.get(2)).isBetween(3000.0, 3150.0);
        assertThat(times.get(5)).isBetween(31_000.0, 32_500.0);
        assertThat(net.server.connections()).isZero();
    }

    @Test
    void givesUpAfterSixPlusFourSyns() {
        TwoHosts net = new TwoHosts();
        net.toServer.setLossInjector((now, packet) -> true);
        net.connect().runMs(400_000);
        assertThat(net.clientApp.errno).isEqualTo(Errno.ETIMEDOUT);
        assertThat(net.sent(true)).hasSize(11);
    }

    @Test
    void aClosedPortRefuses() {
        TwoHosts net = new TwoHosts();
        net.connectOnly();
        net.runMs(1);
        assertThat(net.clientApp.errno).isEqualTo(Errno.ECONNREFUSED);
        assertThat(net.client.connections()).isZero();
    }

    @Test
    void ecnIsOnOnlyIfTheClientAsks() {
        TwoHosts passive = new TwoHosts().connect().runMs(1);
        assertThat(passive.trace.get(0).flags()).isEqualTo(TcpSegment.SYN);

        TwoHosts active = new TwoHosts();
        active.client.sysctls().set("net.ipv4.tcp_ecn", "1");
        active.connect().runMs(1);
        assertThat(active.trace.get(0).flags()).isEqualTo(TcpSegment.SYN | TcpSegment.ECE | TcpSegment.CWR);
        assertThat(active.trace.get(0).ecn()).isEqualTo(Ecn.NOT_ECT);
        assertThat(active.trace.get(1).flags()).isEqualTo(TcpSegment.SYN | TcpSegment.ACK | TcpSegment.ECE);
        active.clientSocket.writeAll(1000);
        active.runMs(2);
        assertThat(active.clientData().get(0).ecn()).isEqualTo(Ecn.ECT_0);
    }

    @Test
    void dctcpSetsEctOnSynAndAcks() {
        TwoHosts net = new TwoHosts();
        net.client.sysctls().set("net.ipv4.tcp_congestion_control", "dctcp");
        net.server.sysctls().set("net.ipv4.tcp_congestion_control", "dctcp");
        net.connect().runMs(1);
        assertThat(net.trace).allSatisfy(s -> assertThat(s.ecn()).isEqualTo(Ecn.ECT_0));
        assertThat(net.trace.get(1).is(TcpSegment.ECE)).isTrue();
    }

    @Test
    void rfc3168_6_1_1_1_aRepeatedSynDoesNotAskForEcn() {
        TwoHosts net = new TwoHosts();
        net.client.sysctls().set("net.ipv4.tcp_ecn", "1");
        net.toServer.setLossInjector(TwoHosts.losing(1));
        net.connect().runMs(1100);
        assertThat(net.sent(true).get(1).flags()).isEqualTo(TcpSegment.SYN);
    }

    @Test
    void worksWithoutAnyOption() {
        TwoHosts net = new TwoHosts();
        for (String off : List.of("tcp_sack", "tcp_timestamps", "tcp_window_scaling")) {
            net.client.sysctls().set("net.ipv4." + off, "0");
        }
        net.connect();
        net.clientSocket.writeAllAndShutdown(1_000_000);
        net.runMs(100);
        assertThat(net.serverApp.received).isEqualTo(1_000_000);
        assertThat(net.clientSocket.tcp().mss_cache).isEqualTo(1460);
    }

    @Test
    void sequenceNumbersWrap() {
        TwoHosts net = TwoHosts.startingAt(-20_000).connect();
        net.clientSocket.writeAllAndShutdown(1_000_000);
        net.runMs(63_000);
        assertThat(net.serverApp.received).isEqualTo(1_000_000);
        assertThat(net.clientApp.closed).isTrue();
        assertThat(net.client.counters().get(Mib.TCP_RETRANS_SEGS)).isZero();
    }
}
