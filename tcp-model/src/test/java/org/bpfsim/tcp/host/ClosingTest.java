package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void rfc9293_3_6_normalClose() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.closesOnEnd = false;
        net.clientSocket.shutdown();
        assertThat(net.clientSocket.tcp().skc_state).isEqualTo(TcpState.FIN_WAIT1);
        net.runMs(61);
        assertThat(net.serverSocket.tcp().skc_state).isEqualTo(TcpState.CLOSE_WAIT);
        net.runMs(500);
        assertThat(net.clientSocket.tcp().skc_state).isEqualTo(TcpState.FIN_WAIT2);
        net.serverSocket.shutdown();
        assertThat(net.serverSocket.tcp().skc_state).isEqualTo(TcpState.LAST_ACK);
        net.runMs(550);
        assertThat(net.server.connections()).isZero();
        assertThat(net.client.connections()).as("TIME_WAIT").isEqualTo(1);
        assertThat(net.client.counters().get(Mib.TIME_WAITED)).isEqualTo(1);
        net.runMs(60_400);
        assertThat(net.client.connections()).isEqualTo(1);
        net.runMs(63_000);
        assertThat(net.client.connections()).isZero();
    }

    @Test
    void dataStillFlowsAgainstAHalfClosedConnection() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.closesOnEnd = false;
        net.clientSocket.shutdown();
        net.runMs(100);
        net.serverSocket.writeAllAndShutdown(100_000);
        net.runMs(1000);
        assertThat(net.clientApp.received).isEqualTo(100_000);
        assertThat(net.clientApp.closed).isTrue();
        assertThat(net.clientSocket.write(1)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void bothSidesCloseAtOnce() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.clientSocket.shutdown();
        net.serverSocket.shutdown();
        net.runMs(75);
        assertThat(net.client.connections()).isEqualTo(1);
        net.runMs(65_000);
        assertThat(net.clientApp.closed && net.serverApp.closed).isTrue();
        assertThat(net.client.connections() + net.server.connections()).isZero();
    }

    @Test
    void aLostFinIsRepeated() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.toServer.setLossInjector(TwoHosts.losing(1));
        net.clientSocket.shutdown();
        net.runMs(1000);
        assertThat(net.serverApp.ended).isTrue();
        assertThat(net.sent(true).stream().filter(s -> s.is(TcpSegment.FIN))).hasSize(2);
    }

    @Test
    void closingWithUnreadDataResets() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.reads = false;
        net.clientSocket.writeAll(1000);
        net.runMs(100);
        net.serverSocket.close();
        net.runMs(200);
        assertThat(net.clientApp.errno).isEqualTo(Errno.ECONNRESET);
        assertThat(net.client.connections() + net.server.connections()).isZero();
    }

    @Test
    void dataForAClosedReaderIsAnsweredByReset() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverSocket.close();
        net.runMs(55);
        net.clientSocket.writeAll(1000);
        net.runMs(200);
        assertThat(net.clientApp.errno).isPositive();
        assertThat(net.client.connections() + net.server.connections()).isZero();
    }

    @Test
    void abortSendsAReset() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.clientSocket.writeAll(100_000);
        net.clientSocket.abort();
        net.runMs(200);
        assertThat(net.serverApp.errno).isEqualTo(Errno.ECONNRESET);
        assertThat(net.pool.inUse()).isZero();
        assertThat(net.client.kernel().skbs.inUse()).isZero();
    }

    @Test
    void anOrphanInFinWait2EndsAfter60Seconds() {
        TwoHosts net = TwoHosts.withRttMs(20).connect().runMs(50);
        net.serverApp.closesOnEnd = false;
        net.clientSocket.close();
        net.runMs(59_000);
        assertThat(net.client.connections()).isEqualTo(1);
        net.runMs(63_000);
        assertThat(net.client.connections()).isZero();
    }

    @Test
    void theSamePortsServeAgainAfterTimeWait() {
        TwoHosts net = TwoHosts.withRttMs(20);
        net.client.sysctls().set("net.ipv4.ip_local_port_range", "40000 40000");
        net.connect();
        net.clientSocket.writeAllAndShutdown(1000);
        net.runMs(65_000);
        TwoHosts.App second = new TwoHosts.App();
        net.client
                .connect(net.server.addresses().get(0), TwoHosts.PORT, null, second)
                .writeAllAndShutdown(500);
        net.runMs(66_000);
        assertThat(net.serverApp.received).isEqualTo(1500);
        assertThat(second.closed).isTrue();
    }
}
