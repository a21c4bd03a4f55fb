package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.rpc.FrameWriter;
import org.bpfsim.tcp.rpc.Relay;
import org.bpfsim.tcp.rpc.RpcClient;
import org.bpfsim.tcp.rpc.RpcServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two sockets of one host, and proxies between sockets. */
class LoopbackTest {
    private static final int OTHER_PORT = 81;

    private final TwoHosts net = new TwoHosts();
    private final TwoHosts.App here = new TwoHosts.App();
    private final TwoHosts.App there = new TwoHosts.App();
    private int answers;

    @Test
    void bytesGoBetweenSocketsOfAHostWithoutTouchingTheWire() {
        net.server.listen(TwoHosts.PORT, null, socket -> there);
        Socket socket = net.server.connect(net.server.addresses().get(0), TwoHosts.PORT, null, here);
        net.runMs(1);
        assertThat(here.connected).isTrue();
        socket.writeAllAndShutdown(10_000_000);
        net.runMs(2000);
        assertThat(there.received).isEqualTo(10_000_000);
        assertThat(there.ended).isTrue();
        assertThat(here.closed).isTrue();
        assertThat(net.trace).isEmpty();
        assertThat(socket.tcp().total_retrans).isZero();
    }

    @Test
    void segmentsAreAsLargeAsTheDeviceTakes() {
        net.server.listen(TwoHosts.PORT, null, socket -> there);
        Socket socket = net.server.connect(net.server.addresses().get(0), TwoHosts.PORT, null, here);
        net.runMs(1);
        assertThat(socket.tcp().rx_opt_mss_clamp).isEqualTo(65_536 - 40); // what ip link says of lo, less headers
    }

    @Test
    void connectionsToOthersGoOverTheNicAsBefore() {
        net.server.listen(TwoHosts.PORT, null, socket -> there);
        net.server.connect(net.server.addresses().get(0), TwoHosts.PORT, null, here);
        net.client.connect(net.server.addresses().get(0), TwoHosts.PORT, null, net.clientApp);
        net.runMs(1);
        assertThat(net.clientApp.connected).isTrue();
        assertThat(net.trace).allMatch(sent -> sent.mss() == 0 || sent.mss() == 1460);
    }

    /** The proxy is on the server's host, and so talks to the server over lo; frames arrive whole and in their order. */
    @ParameterizedTest(name = "answers of {0} bytes")
    @CsvSource({"1", "5000", "3000000"})
    void proxyPassesFramesOn(int answerBytes) {
        Process proxy = net.server.process("proxy", null, 1);
        net.server.listen(TwoHosts.PORT, null, this::serve);
        net.server.listen(proxy.tasks().get(0), OTHER_PORT, accepted -> {
            Relay relay = new Relay(accepted, over -> {});
            relay.attach(net.server.connect(
                    proxy.tasks().get(0), net.server.addresses().get(0), TwoHosts.PORT, relay.serverSide()));
            return relay.clientSide();
        });
        RpcClient client = new RpcClient(24, FrameWriter.Pieces.WHOLE, new Asking(answerBytes));
        Process process = net.client.process("client", null, 1);
        client.attach(net.client.connect(
                process.tasks().get(0), net.server.addresses().get(0), OTHER_PORT, client));
        net.runMs(4000);
        assertThat(answers).isEqualTo(50);
        client.close();
        net.runMs(5000);
        assertThat(net.server.connections()).isLessThanOrEqualTo(2); // TIME_WAIT
    }

    private RpcServer serve(Socket socket) {
        return new RpcServer(socket, 24, FrameWriter.Pieces.WHOLE, RpcServer::answer);
    }

    /** Asks for 50 answers, five at a time. */
    private final class Asking implements RpcClient.Owner {
        private final int answerBytes;
        private long next;

        Asking(int answerBytes) {
            this.answerBytes = answerBytes;
        }

        @Override
        public void connected(RpcClient connection) {
            for (int i = 0; i < 5; i++) {
                connection.ask(70_000, next++, answerBytes, 0);
            }
        }

        @Override
        public void answered(RpcClient connection, long id) {
            assertThat(id).isEqualTo(answers++);
            if (next < 50) {
                connection.ask(70_000, next++, answerBytes, 0);
            }
        }

        @Override
        public void over(RpcClient connection, int errno) {
            throw new AssertionError("the connection broke: " + errno);
        }
    }
}
