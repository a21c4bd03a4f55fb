package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
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
    private final List<List<Process>> clients;
    private final List<List<Process>> servers;
    private final Ledger ledger;
    /** Only looked up, never walked. */
    private final Map<Connection, Flow> expected = new HashMap<>();

    private record Connection(int client, int clientPort, boolean ipv6, int server, int serverPort) {}

    /** @param cgroups of each host, by arm */
    Applications(List<TcpHost> hosts, List<HostAddresses> addresses, List<List<BpfCgroup>> cgroups, Ledger ledger) {
        this.hosts = hosts;
        this.addresses = addresses;
        this.ledger = ledger;
        this.clients = processes("client", cgroups);
        this.servers = processes("server", cgroups);
    }

    /** For each host and arm a program, with a thread for each core. */
    private List<List<Process>> processes(String name, List<List<BpfCgroup>> cgroups) {
        List<List<Process>> all = new ArrayList<>();
        for (int host = 0; host < hosts.size(); host++) {
            TcpHost on = hosts.get(host);
            all.add(cgroups.get(host).stream()
                    .map(cgroup -> on.process(name, cgroup, on.cores()))
                    .toList());
        }
        return all;
    }

    /** Lets every host listen on a port, its sockets in the cgroup of the arm. */
    void listen(int port, int arm) {
        for (int server = 0; server < hosts.size(); server++) {
            int host = server;
            Process process = servers.get(server).get(arm);
            hosts.get(server).listen(process.next(), port, socket -> {
                socket.setTask(process.next());
                return accept(host, port, socket);
            });
        }
    }

    @Override
    public void open(Flow flow) {
        Task task = clients.get(flow.client()).get(flow.arm).next();
        task.post(() -> open(flow, task));
    }

    private void open(Flow flow, Task task) {
        SocketHandler handler = switch (flow.direction) {
            case ANSWER -> new AskingClient(flow);
            case UPLOAD -> new SendingClient(flow);
        };
        Socket socket;
        try {
            socket = connect(flow, task, handler);
        } catch (IllegalStateException e) {
            // EADDRNOTAVAIL: all local ports towards this server are in use or in TIME_WAIT.
            ledger.failed(flow);
            return;
        }
        flow.clientSock = socket.tcp();
        expected.put(new Connection(flow.client(), socket.localPort(), flow.ipv6, flow.server, flow.port), flow);
    }

    private Socket connect(Flow flow, Task task, SocketHandler handler) {
        return hosts.get(flow.client()).connect(task, addresses.get(flow.server).get(flow.ipv6), flow.port, handler);
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

    /** Reads what there is; answers whether it was the last. */
    private boolean read(Flow flow, Socket socket) {
        ledger.read(flow, socket.readAll());
        boolean isLast = flow.readBytes == flow.bytes;
        if (isLast) {
            socket.task().afterwards(() -> ledger.completed(flow));
        }
        return isLast;
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
            if (read(flow, socket)) {
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
            read(flow, socket);
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
