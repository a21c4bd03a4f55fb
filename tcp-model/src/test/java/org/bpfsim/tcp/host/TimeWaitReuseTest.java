package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 6191: a new connection in the place of one in TIME_WAIT; the client has a single port. */
class TimeWaitReuseTest {
    private final TwoHosts net = TwoHosts.withRttMs(10);

    @BeforeEach
    void oneConnectionEndsInTimeWaitOfTheClient() {
        net.client.sysctls().set("net.ipv4.ip_local_port_range", "5000 5000");
        net.connect().runMs(20);
        net.clientSocket.writeAll(1000);
        net.clientSocket.close();
        net.runMs(200);
        assertThat(net.client.connections()).isEqualTo(1);
        assertThat(net.server.connections()).isZero();
    }

    @Test
    void portIsTakenForAMinuteByDefault() {
        net.runMs(3_000);
        assertThatThrownBy(net::connectOnly)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("EADDRNOTAVAIL");
        net.runMs(61_000);
        net.connectOnly();
        net.runMs(61_100);
        assertThat(net.clientSocket.tcp().skc_state).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void rfc6191_2_timeStampsLetItBeReusedAfterASecond() {
        net.client.sysctls().set("net.ipv4.tcp_tw_reuse", "1");
        assertThatThrownBy(net::connectOnly).hasMessageContaining("EADDRNOTAVAIL");
        net.runMs(3_000);
        int last = net.sent(true).get(net.sent(true).size() - 1).seq();
        int before = net.trace.size();
        net.connectOnly();
        net.runMs(3_100);
        assertThat(net.clientSocket.tcp().skc_state).isEqualTo(TcpState.ESTABLISHED);
        assertThat(SeqNum.after(net.trace.get(before).seq(), last)).isTrue();
        net.clientSocket.writeAll(500);
        net.runMs(3_200);
        assertThat(net.serverApp.received).isEqualTo(1500);
    }

    @Test
    void withoutTimeStampsItIsNotReused() {
        TwoHosts plain = TwoHosts.withRttMs(10);
        plain.client.sysctls().set("net.ipv4.tcp_timestamps", "0");
        plain.client.sysctls().set("net.ipv4.tcp_tw_reuse", "1");
        plain.client.sysctls().set("net.ipv4.ip_local_port_range", "5000 5000");
        plain.connect().runMs(20);
        plain.clientSocket.close();
        plain.runMs(3_000);
        assertThatThrownBy(plain::connectOnly).hasMessageContaining("EADDRNOTAVAIL");
    }
}
