package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.tcp.sock.Mib;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkTransferTest {
    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "dctcp"})
    void deliversEveryByteAndClosesBothSides(String congestionControl) {
        TwoHosts net = new TwoHosts();
        net.client.sysctls().set("net.ipv4.tcp_congestion_control", congestionControl);
        net.connect();
        net.clientSocket.writeAllAndShutdown(10_000_000);
        net.runMs(63_000); // TIME_WAIT lasts 60 s, in steps of 2 s of the timer wheel

        assertThat(net.serverApp.received).isEqualTo(10_000_000);
        assertThat(net.serverApp.ended).isTrue();
        assertThat(net.clientApp.closed).isTrue();
        assertThat(net.serverApp.closed).isTrue();
        assertThat(net.client.counters().get(Mib.TCP_RETRANS_SEGS)).isZero();
        assertThat(net.pool.inUse()).isZero();
        assertThat(net.client.kernel().skbs.inUse()).isZero();
        assertThat(net.server.kernel().skbs.inUse()).isZero();
        assertThat(net.client.connections()).isZero();
        assertThat(net.server.connections()).isZero();
    }

    @Test
    void fillsTheLink() {
        TwoHosts net = new TwoHosts().connect();
        net.clientSocket.writeAllAndShutdown(10_000_000);
        while (!net.serverApp.ended && net.scheduler.nowPs() < 1e12) {
            net.scheduler.runUntil(net.scheduler.nowPs() + 1_000_000);
        }
        // 10 MB at 10 Gbit/s with 1538 bytes on the wire for 1448 of payload take 8.50 ms.
        assertThat(net.scheduler.nowPs() / 1e9).isBetween(8.5, 9.0);
    }
}
