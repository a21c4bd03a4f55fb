package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.sock.SockOps;
import org.junit.jupiter.api.Test;

/**
 * Which calls a connection makes, in which order, with which arguments and in which state: operations.bpf.o, the object that is
 * run here, was attached on a Linux 6.18, where two sockets did the same over the loopback interface. What it wrote down there is what
 * is expected. Left out are RTT_CB, which comes with every sample, and the RTO in RTO_CB, which depends on CONFIG_HZ.
 */
class OperationsTest {
    private final TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 1));

    /** What both ends do in the end: the server's application first. */
    private void close(Socket client, Socket server) {
        server.shutdown();
        network.runUs(1_000);
        client.shutdown();
        network.runUs(1_000);
        server.close();
        client.close();
        network.closeListener();
        network.runUs(1_000);
    }

    private BpfInstance attach() throws Exception {
        return network.attachAsOneKernel(Objects.load(Objects.TEST_PROGRAMS, "operations.bpf.o"), "operations");
    }

    private static final SocketHandler READER = new SocketHandler() {
        @Override
        public void onReadable(Socket socket, long bytes) {
            socket.readAll();
        }
    };

    private static List<String> calls(BpfInstance instance, int end) {
        Globals globals = new Globals(instance);
        ByteBuffer all = ByteBuffer.wrap(globals.bytes("calls")).order(ByteOrder.LITTLE_ENDIAN);
        int count = ByteBuffer.wrap(globals.bytes("count"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(4 * end);
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (end * 64 + i) * 24;
            int op = all.getInt(at);
            if (op != SockOps.BPF_SOCK_OPS_RTT_CB) {
                calls.add(call(op, all.getInt(at + 4), all.getInt(at + 8), all.getInt(at + 12)) + ", state "
                        + all.getInt(at + 16) + (all.getInt(at + 20) == 0 ? ", request" : ""));
            }
        }
        return calls;
    }

    private static String call(int op, int arg0, int arg1, int arg2) {
        return switch (op) {
            case SockOps.BPF_SOCK_OPS_TIMEOUT_INIT -> "TIMEOUT_INIT";
            case SockOps.BPF_SOCK_OPS_RWND_INIT -> "RWND_INIT";
            case SockOps.BPF_SOCK_OPS_TCP_CONNECT_CB -> "TCP_CONNECT_CB";
            case SockOps.BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB -> "ACTIVE_ESTABLISHED_CB";
            case SockOps.BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB -> "PASSIVE_ESTABLISHED_CB";
            case SockOps.BPF_SOCK_OPS_NEEDS_ECN -> "NEEDS_ECN";
            case SockOps.BPF_SOCK_OPS_TCP_LISTEN_CB -> "TCP_LISTEN_CB";
            case SockOps.BPF_SOCK_OPS_STATE_CB -> "STATE_CB " + arg0 + " to " + arg1;
            case SockOps.BPF_SOCK_OPS_RTO_CB -> "RTO_CB " + arg0 + " expired " + arg2;
            case SockOps.BPF_SOCK_OPS_RETRANS_CB -> "RETRANS_CB " + arg1 + " segment, error " + arg2;
            default -> "operation " + op;
        };
    }

    private static final String[] OPENED = {
        "TCP_CONNECT_CB, state 2",
        "RWND_INIT, state 2",
        "TIMEOUT_INIT, state 2",
        "NEEDS_ECN, state 2",
        "STATE_CB 2 to 1, state 2",
        "ACTIVE_ESTABLISHED_CB, state 1"
    };

    private static final String[] CLOSED = {
        "STATE_CB 1 to 8, state 1", "STATE_CB 8 to 9, state 8", "STATE_CB 9 to 7, state 9"
    };

    @Test
    void connectionThatLosesNothing() throws Exception {
        BpfInstance instance = attach();
        network.listen(READER);
        Socket client = network.connect(1, 0);
        client.setHandler(READER);
        network.runUs(1_000);
        Socket server = network.accepted.get(0);
        client.write(1000);
        network.runUs(50_000);
        server.write(500);
        network.runUs(50_000);
        close(client, server);
        assertThat(calls(instance, 0)).containsExactly(both(OPENED, CLOSED));
        assertThat(calls(instance, 1))
                .containsExactly(
                        "TCP_LISTEN_CB, state 10",
                        "RWND_INIT, state 12, request",
                        "TIMEOUT_INIT, state 12, request",
                        "NEEDS_ECN, state 12, request",
                        "PASSIVE_ESTABLISHED_CB, state 3",
                        "STATE_CB 3 to 1, state 3",
                        "STATE_CB 1 to 4, state 1",
                        "STATE_CB 4 to 5, state 4",
                        "STATE_CB 5 to 7, state 5",
                        "STATE_CB 10 to 7, state 10");
    }

    /** A probe of the tail first, then a timer that expires three times. */
    @Test
    void writeThatIsLostForASecond() throws Exception {
        BpfInstance instance = attach();
        network.listen(READER);
        Socket client = network.connect(1, 0);
        network.runUs(1_000);
        client.write(100);
        network.runUs(100_000);
        network.loseFirst(1, 4);
        client.write(100);
        network.runUs(2_200_000);
        close(client, network.accepted.get(0));
        String[] lost = {
            "RETRANS_CB 1 segment, error 0, state 1",
            "RTO_CB 0 expired 0, state 1",
            "RETRANS_CB 1 segment, error 0, state 1",
            "RTO_CB 1 expired 0, state 1",
            "RETRANS_CB 1 segment, error 0, state 1",
            "RTO_CB 2 expired 0, state 1",
            "RETRANS_CB 1 segment, error 0, state 1"
        };
        assertThat(calls(instance, 0)).containsExactly(both(both(OPENED, lost), CLOSED));
    }

    private static String[] both(String[] one, String[] other) {
        List<String> all = new ArrayList<>(List.of(one));
        all.addAll(List.of(other));
        return all.toArray(new String[0]);
    }
}
