package org.bpfsim.scenario.world;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.host.TcpHost;

/**
 * The programs at both ends of every flow. A client opens its socket in the cgroup of the flow's arm; a server knows
 * workload and arm by the port that was connected to, and the flow by the client's address and port.
 */
final class Applications implements Connector {
    /** More than any run can carry. */
    private static final long ENDLESS_BYTES = Long.MAX_VALUE / 2;

    private final List<TcpHost> hosts;
    private final List<HostAddresses> addresses;
    private final List<List<BpfCgroup>> cgroups;
    private final Ledger ledger;
    /** Only looked up, never walked. */
    private final Map<Connection, Flow> expected = new HashMap<>();

    private record Connection(int client, int clientPort, boolean ipv6, int server, int serverPort) {}

    /** @param cgroups of each host, by arm */
    Applications(List<TcpHost> hosts, List<HostAddresses> addresses, List<List<BpfCgroup>> cgroups, Ledger ledger) {
        this.hosts = hosts;
        this.addresses = addresses;
        this.cgroups = cgroups;
        this.ledger = ledger;
    }

    /** Lets every host listen on a port, its sockets in the cgroup of the arm. */
    void listen(int port, int arm) {
        for (int server = 0; server < hosts.size(); server++) {
            int host = server;
            hosts.get(server).listen(port, cgroups.get(server).get(arm), socket -> accept(host, port, socket));
        }
    }

    @Override
    public void open(Flow flow) {
        SocketHandler handler = switch (flow.direction) {
            case ANSWER -> new AskingClient(flow);
            case UPLOAD -> new SendingClient(flow);
        };
        Socket socket;
        try {
            socket = connect(flow, handler);
        } catch (IllegalStateException e) {
            // EADDRNOTAVAIL: all local ports towards this server are in use or in TIME_WAIT.
            ledger.failed(flow);
            return;
        }
        flow.clientSock = socket.tcp();
        expected.put(new Connection(flow.client(), socket.localPort(), flow.ipv6, flow.server, flow.port), flow);
    }

    private Socket connect(Flow flow, SocketHandler handler) {
        return hosts.get(flow.client())
                .connect(
                        addresses.get(flow.server).get(flow.ipv6),
                        flow.port,
                        cgroups.get(flow.client()).get(flow.arm),
                        handler);
    }

    private SocketHandler accept(int server, int port, Socket socket) {
        boolean ipv6 = !socket.peerAddress().isV4();
        int client = socket.tcp().peerHost;
        Flow flow = expected.remove(new Connection(client, socket.peerPort(), ipv6, server, port));
        if (flow == null) {
            throw new AssertionError("nobody opened the connection from host " + client + " port " + socket.peerPort()
                    + " to host " + server + " port " + port);
        }
        flow.serverSock = socket.tcp();
        return switch (flow.direction) {
            case ANSWER -> new AnsweringServer(flow);
            case UPLOAD -> new ReceivingServer(flow);
        };
    }

    /** Sends the request, reads the answer, closes. */
    private final class AskingClient implements SocketHandler {
        private final Flow flow;

        AskingClient(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void onConnected(Socket socket) {
            socket.writeAll(flow.requestBytes);
        }

        @Override
        public void onReadable(Socket socket, long bytesAvailable) {
            ledger.read(flow, socket.readAll());
            if (flow.endPs >= 0) {
                socket.close();
            }
        }

        @Override
        public void onError(Socket socket, int errno) {
            ledger.failed(flow);
        }
    }

    /** Reads the request, sends the answer, and closes when the client has. */
    private final class AnsweringServer implements SocketHandler {
        private final Flow flow;
        private int requestRead;

        AnsweringServer(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void onReadable(Socket socket, long bytesAvailable) {
            requestRead += socket.readAll();
            if (requestRead == flow.requestBytes) {
                socket.writeAll(flow.bytes);
            }
        }

        @Override
        public void onEndOfStream(Socket socket) {
            ledger.settled(flow);
            socket.close();
        }

        @Override
        public void onError(Socket socket, int errno) {
            ledger.failed(flow);
        }
    }

    /** Sends, and closes when the server has. */
    private final class SendingClient implements SocketHandler {
        private final Flow flow;

        SendingClient(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void onConnected(Socket socket) {
            if (flow.endless()) {
                socket.writeAll(ENDLESS_BYTES);
            } else {
                socket.writeAllAndShutdown(flow.bytes);
            }
        }

        @Override
        public void onEndOfStream(Socket socket) {
            ledger.settled(flow);
            socket.close();
        }

        @Override
        public void onError(Socket socket, int errno) {
            ledger.failed(flow);
        }
    }

    /** Reads until the client has ended its stream, then closes. */
    private final class ReceivingServer implements SocketHandler {
        private final Flow flow;

        ReceivingServer(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void onReadable(Socket socket, long bytesAvailable) {
            ledger.read(flow, socket.readAll());
        }

        @Override
        public void onEndOfStream(Socket socket) {
            socket.close();
        }

        @Override
        public void onError(Socket socket, int errno) {
            ledger.failed(flow);
        }
    }
}
