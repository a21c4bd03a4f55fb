package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.junit.jupiter.api.Test;

/** RFC 4987: many SYNs and no ACKs; what a real Linux answers to one is in {@code packetdrill/syn-cookies*.pkt}. */
class SynFloodTest {
    private static final IpAddress NOBODY = IpAddress.v4(0x0b000001);

    private final TwoHosts net = TwoHosts.withRttMs(10);
    private final List<TwoHosts.App> apps = new ArrayList<>();

    /** SYNs of the same address and other ports, to which nobody answers. */
    private void flood(int count) {
        net.toClient.setLossInjector((now, packet) -> ((TcpSegment) packet).dst.equals(NOBODY));
        for (int i = 0; i < count; i++) {
            TcpSegment syn = net.pool.take();
            syn.src = NOBODY;
            syn.dst = net.server.addresses().get(0);
            syn.srcPort = 1024 + i;
            syn.dstPort = TwoHosts.PORT;
            syn.flags = TcpSegment.SYN;
            syn.seq = 77 * i;
            syn.window = 1000;
            syn.seal(38);
            net.server.receive(syn, 0);
        }
    }

    private void connect(int bytes) {
        TwoHosts.App app = new TwoHosts.App();
        apps.add(app);
        net.client
                .connect(net.server.addresses().get(0), TwoHosts.PORT, null, app)
                .writeAll(bytes);
    }

    private long mib(Mib counter) {
        return net.server.counters().get(counter);
    }

    @Test
    void rfc4987_3_6_cookiesKeepTheServiceUpWhenTheBacklogIsFull() {
        net.server.sysctls().set("net.core.somaxconn", "64");
        net.listen();
        flood(200);
        assertThat(net.server.connections()).isEqualTo(64);
        assertThat(mib(Mib.SYNCOOKIES_SENT)).isEqualTo(136);
        connect(5000);
        net.runMs(100);
        assertThat(apps.get(0).connected).isTrue();
        assertThat(net.serverApp.received).isEqualTo(5000);
        assertThat(mib(Mib.SYNCOOKIES_RECV)).isEqualTo(1);
        assertThat(net.serverSocket.tcp().rx_opt_sack_ok).isTrue();
        assertThat(net.serverSocket.tcp().rx_opt_snd_wscale).isEqualTo(7);
    }

    @Test
    void rfc4987_3_1_withoutCookiesNewSynsAreDropped() {
        net.server.sysctls().set("net.core.somaxconn", "64");
        net.server.sysctls().set("net.ipv4.tcp_syncookies", "0");
        net.listen();
        flood(200);
        connect(5000);
        net.runMs(100);
        assertThat(apps.get(0).connected).isFalse();
        assertThat(mib(Mib.TCP_REQ_Q_FULL_DROP)).isEqualTo(137);
    }

    @Test
    void oldRequestsAreGivenUpEarlierWhenHalfOfTheBacklogIsTaken() {
        net.server.sysctls().set("net.core.somaxconn", "64");
        net.listen();
        flood(60);
        net.runMs(6_900);
        assertThat(net.server.connections()).isEqualTo(60);
        net.runMs(8_000); // after 1 + 2 + 4 s: three SYN-ACKs, in place of six
        assertThat(net.server.connections()).as("until half is free").isEqualTo(32);
        net.runMs(70_000);
        assertThat(net.server.connections()).isZero();
        assertThat(net.pool.inUse()).isZero();
    }

    @Test
    void fewRequestsHaveAllTheirRetries() {
        net.server.sysctls().set("net.core.somaxconn", "64");
        net.listen();
        flood(10);
        net.runMs(20_000);
        assertThat(net.server.connections()).isEqualTo(10);
        net.runMs(70_000);
        assertThat(net.server.connections()).isZero();
    }

    @Test
    void cookieIsNotBelievedTwoMinutesAfterTheFlood() {
        net.server.sysctls().set("net.ipv4.tcp_syncookies", "2");
        net.listen();
        connect(100);
        net.runMs(100);
        assertThat(mib(Mib.SYNCOOKIES_RECV)).isEqualTo(1);

        TcpSegment ack = net.pool.take();
        ack.src = NOBODY;
        ack.dst = net.server.addresses().get(0);
        ack.srcPort = 999;
        ack.dstPort = TwoHosts.PORT;
        ack.flags = TcpSegment.ACK;
        ack.seq = 5;
        ack.ack = 9;
        ack.window = 1000;
        ack.seal(38);
        net.server.receive(ack, 0);
        assertThat(mib(Mib.SYNCOOKIES_FAILED))
                .as("within the time it is checked")
                .isEqualTo(1);
        assertThat(mib(Mib.TCP_OUT_RSTS)).isEqualTo(1);
    }
}
