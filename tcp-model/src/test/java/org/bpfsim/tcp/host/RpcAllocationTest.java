package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.rpc.FrameWriter;
import org.bpfsim.tcp.rpc.Relay;
import org.bpfsim.tcp.rpc.RpcClient;
import org.bpfsim.tcp.rpc.RpcServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over a connection that is kept, through a proxy or not, make no garbage. */
class RpcAllocationTest {
    private static final int PROXY_PORT = 81;

    private final TwoHosts net = new TwoHosts();
    private long answers;

    @Test
    void requestsInSteadyStateAllocateNothing() {
        serve();
        connect(TwoHosts.PORT);
        assertAllocatesNothing();
    }

    @ParameterizedTest(name = "answers of {0} bytes")
    @ValueSource(ints = {500, 20_000})
    void aRelayInSteadyStateAllocatesNothing(int answerBytes) {
        this.answerBytes = answerBytes;
        serve();
        Process proxy = net.server.process("proxy", null, 1);
        net.server.listen(proxy.tasks().get(0), PROXY_PORT, accepted -> {
            Relay relay = new Relay(accepted, over -> {});
            relay.attach(net.server.connect(
                    proxy.tasks().get(0), net.server.addresses().get(0), TwoHosts.PORT, relay.serverSide()));
            return relay.clientSide();
        });
        connect(PROXY_PORT);
        assertAllocatesNothing();
    }

    private int answerBytes = 500;

    private void serve() {
        net.server.listen(
                TwoHosts.PORT, null, socket -> new RpcServer(socket, 24, FrameWriter.Pieces.WHOLE, RpcServer::answer));
    }

    private void connect(int port) {
        Process process = net.client.process("client", null, 1);
        RpcClient client = new RpcClient(24, FrameWriter.Pieces.WHOLE, new Asking());
        client.attach(net.client.connect(
                process.tasks().get(0), net.server.addresses().get(0), port, client));
    }

    private void assertAllocatesNothing() {
        net.trace.clear();
        net.toServer.setTap(null);
        net.toClient.setTap(null);
        net.runMs(100);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long answersBefore = answers;
        long before = threads.getCurrentThreadAllocatedBytes();
        net.runMs(500);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(answers - answersBefore).isGreaterThan(3_000);
        assertThat(allocated)
                .as("bytes allocated over " + (answers - answersBefore) + " requests")
                .isLessThan(
                        answers - answersBefore); // a byte each would be too much; compilers of the JVM leave a little
    }

    private final class Asking implements RpcClient.Owner {
        private long next;

        @Override
        public void connected(RpcClient connection) {
            connection.ask(100, next++, answerBytes, 0);
        }

        @Override
        public void answered(RpcClient connection, long id) {
            answers++;
            connection.ask(100, next++, answerBytes, 0);
        }

        @Override
        public void over(RpcClient connection, int errno) {
            throw new AssertionError("the connection broke: " + errno);
        }
    }
}
