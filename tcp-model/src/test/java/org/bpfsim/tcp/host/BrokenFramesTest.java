package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.rpc.FrameStream;
import org.bpfsim.tcp.rpc.FrameWriter;
import org.bpfsim.tcp.rpc.RpcClient;
import org.bpfsim.tcp.rpc.RpcServer;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.Errno;
import org.junit.jupiter.api.Test;

/** What happens when bytes between applications are lost or changed. */
class BrokenFramesTest {
    private final TwoHosts net = new TwoHosts();
    private int served;
    private int answered;
    private int over = -1;

    private void serve() {
        net.server.listen(
                TwoHosts.PORT,
                null,
                socket -> new RpcServer(socket, 24, FrameWriter.Pieces.WHOLE, connection -> {
                    served++;
                    connection.answer();
                }));
    }

    @Test
    void whatIsNoFrameEndsTheConnection() {
        serve();
        net.connectOnly();
        net.clientSocket.writeAll(100); // zeros: a header of no bytes
        net.runMs(5);
        assertThat(served).isZero();
        assertThat(net.clientApp.errno).isEqualTo(Errno.ECONNRESET);
    }

    @Test
    void framesBeforeTheBrokenOneAreServed() {
        serve();
        net.connectOnly();
        FrameStream frames = new FrameStream();
        long whole = frames.add(24, 50, 7, 10, 0);
        Payload thenZeros = frames;
        net.clientSocket.setPayload(thenZeros);
        net.clientSocket.writeAll(whole + 60);
        net.runMs(5);
        assertThat(served).isEqualTo(1);
        assertThat(net.clientApp.errno).isEqualTo(Errno.ECONNRESET);
    }

    @Test
    void aFrameThatCannotBeWrittenEndsTheConnectionOnBothSides() {
        serve();
        Process process = net.client.process("client", null, 1);
        RpcClient client = new RpcClient(24, FrameWriter.Pieces.WHOLE, new RpcClient.Owner() {
            @Override
            public void connected(RpcClient connection) {
                connection.ask(10, 1, 10, 0);
            }

            @Override
            public void answered(RpcClient connection, long id) {
                answered++;
            }

            @Override
            public void over(RpcClient connection, int errno) {
                over = errno;
            }
        });
        Socket socket = net.client.connect(
                process.tasks().get(0), net.server.addresses().get(0), TwoHosts.PORT, client);
        client.attach(socket);
        net.runMs(5);
        assertThat(answered).isEqualTo(1);

        client.onWriteError(socket, Errno.EACCES); // as when a program drops a message
        net.runMs(10);
        assertThat(over).isEqualTo(Errno.EACCES);
        assertThat(client.isOpen()).isFalse();
        assertThat(net.server.connections()).isZero();
    }
}
