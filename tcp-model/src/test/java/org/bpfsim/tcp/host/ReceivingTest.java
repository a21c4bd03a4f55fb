package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Test;

class ReceivingTest {
    private static long pureAcks(TwoHosts net) {
        return net.sent(false).stream()
                .filter(s -> s.flags() == TcpSegment.ACK && s.length() == 0)
                .count();
    }

    @Test
    void rfc5681_4_2_acknowledgesEverySecondSegmentOnceTheWindowHasGrown() {
        TwoHosts net = TwoHosts.withRttMs(20);
        net.client.kernel().gsoMaxSegs = 1; // a PSH at the end of a train would be acknowledged at once
        net.connect().runMs(50);
        net.clientSocket.tcp().snd_cwnd_clamp = 40;
        net.clientSocket.writeAll(6_000_000);
        net.runMs(500);
        long segmentsBefore = net.clientData().size();
        long acksBefore = pureAcks(net);
        net.runMs(1500);
        long segments = net.clientData().size() - segmentsBefore;
        assertThat(segments).isGreaterThan(1500);
        assertThat(pureAcks(net) - acksBefore).isBetween(segments / 2, segments / 2 + segments / 20);
    }

    @Test
    void aLoneSegmentIsAcknowledgedAfter40Ms() {
        TwoHosts net = TwoHosts.withRttMs(20).connect();
        net.clientSocket.writeAll(100_000);
        net.runMs(150);
        net.serverSocket.tcp().icsk_ack_quick = 0; // the quick ACKs of the start are used up
        net.serverApp.reads = false;
        net.clientSocket.writeAll(100);
        net.runMs(1000);
        List<TwoHosts.Sent> acks = net.sent(false);
        double delay = acks.get(acks.size() - 1).ms() - 150 - 10;
        assertThat(delay).isBetween(36.0, 64.0);
        assertThat(net.server.counters().get(Mib.DELAYED_ACKS)).isEqualTo(1);
    }

    @Test
    void aReplyCarriesTheAck() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverSocket.tcp().icsk_ack_quick = 0;
        net.serverSocket.tcp().icsk_ack_ato = 10;
        net.serverSocket.tcp().icsk_ack_pingpong = 1;
        net.clientSocket.writeAll(100);
        net.runMs(60.5);
        net.serverSocket.writeAll(100);
        net.runMs(61);
        List<TwoHosts.Sent> sent = net.sent(false);
        assertThat(sent.get(sent.size() - 1).length()).isEqualTo(100);
        assertThat(pureAcks(net)).isZero();
    }

    @Test
    void aFullBufferClosesTheWindowAndProbesFindItOpenAgain() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.reads = false;
        net.clientSocket.writeAll(20_000_000);
        net.runMs(5000);
        assertThat(net.clientSocket.tcp().snd_wnd).isZero();
        assertThat(net.client.counters().get(Mib.TCP_WIN_PROBE)).isPositive();
        assertThat(net.server.counters().get(Mib.TCP_TO_ZERO_WINDOW_ADV)).isPositive();

        net.serverApp.reads = true;
        net.serverApp.received += net.serverSocket.readAll();
        net.runMs(20_000);
        assertThat(net.serverApp.received).isEqualTo(20_000_000);
        assertThat(net.server.counters().get(Mib.TCP_FROM_ZERO_WINDOW_ADV)).isPositive();
    }

    @Test
    void rfc9293_3_8_6_1_probesWithBackoff() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.reads = false;
        net.clientSocket.writeAll(20_000_000);
        net.runMs(60_000);
        List<TwoHosts.Sent> sent = net.sent(true);
        int n = sent.size();
        double last = sent.get(n - 1).ms() - sent.get(n - 2).ms();
        double before = sent.get(n - 2).ms() - sent.get(n - 3).ms();
        assertThat(sent.get(n - 1).length()).isZero();
        assertThat(last / before).isBetween(1.8, 2.2);
    }

    @Test
    void neverOffersLessThanBefore() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.reads = false;
        net.clientSocket.writeAll(5_000_000);
        net.runMs(3000);
        int edge = 0;
        boolean first = true;
        for (TwoHosts.Sent s : net.sent(false)) {
            if (!s.is(TcpSegment.SYN)) {
                int right = s.ack() + (s.window() << 7);
                assertThat(first || right - edge >= 0).as(s.text()).isTrue();
                edge = right;
                first = false;
            }
        }
    }

    @Test
    void theReceiveBufferGrowsWithTheBandwidthDelayProduct() {
        TwoHosts net = TwoHosts.withRttMs(40).connect();
        net.clientSocket.writeAll(60_000_000);
        net.runMs(3000);
        assertThat(net.serverSocket.tcp().sk_rcvbuf).isGreaterThan(4_000_000);
        assertThat(net.serverApp.received).isEqualTo(60_000_000);
    }

    @Test
    void aLockedReceiveBufferDoesNotGrow() {
        TwoHosts net = TwoHosts.withRttMs(20);
        net.listen();
        net.clientSocket = net.client.socket(null, net.clientApp);
        net.clientSocket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVBUF, 50_000);
        net.client.connect(net.clientSocket, net.server.addresses().get(0), TwoHosts.PORT);
        net.runMs(50);
        net.serverSocket.writeAll(5_000_000);
        net.runMs(20_000);
        assertThat(net.clientApp.received).isEqualTo(5_000_000);
        assertThat(net.clientSocket.tcp().sk_rcvbuf).isEqualTo(100_000);
    }

    @Test
    void rfc2883_reportsADuplicate() {
        TwoHosts net = TwoHosts.withRttMs(20);
        net.toServer.connect(new Mangler(net.scheduler, net.pool, net.server, 1, 0, 0, 1, 1), 0);
        net.connect();
        net.clientSocket.writeAll(1000);
        net.runMs(100);
        assertThat(net.serverApp.received).isEqualTo(1000);
        assertThat(net.server.counters().get(Mib.TCP_DSACK_OLD_SENT)).isEqualTo(1);
    }
}
