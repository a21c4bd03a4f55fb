package org.bpfsim.scenario.apps;

import java.util.List;
import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.rpc.FrameWriter;
import org.bpfsim.tcp.rpc.RpcServer;

/**
 * A workload whose hosts talk in frames: its ports, its servers, and the way to them. An arm has a port of its own, and on each
 * host a process of its own at each side, so that its threads and sockets live in the arm's cgroup.
 */
final class Service {
    private final Site site;
    private final Books books;
    private final int workload;
    private final RpcStyle style;
    private final int port;
    private final FrameWriter.Pieces pieces;
    /** Of clients, by host and arm; made when first needed. */
    private final Process[][] clients;
    /** Of servers, the same. */
    private final Process[][] servers;

    /** What becomes of a request at a server. */
    interface Answering {
        /** A service for one connection. */
        RpcServer.Service of(int server, int arm, Process process);
    }

    /** The books of a run. */
    record Books(RequestBook requests, ConnectionBook connections, Accounts accounts) {}

    Service(Site site, Books books, int workload, RpcStyle style, int port) {
        this.site = site;
        this.books = books;
        this.workload = workload;
        this.style = style;
        this.port = port;
        this.pieces = new FrameWriter.Pieces(style.pieceBytes(), style.pieceGapPs());
        this.clients = new Process[site.hosts()][];
        this.servers = new Process[site.hosts()][];
    }

    Site site() {
        return site;
    }

    RequestBook requests() {
        return books.requests();
    }

    ConnectionBook connections() {
        return books.connections();
    }

    Accounts accounts() {
        return books.accounts();
    }

    int workload() {
        return workload;
    }

    RpcStyle style() {
        return style;
    }

    FrameWriter.Pieces pieces() {
        return pieces;
    }

    /** Lets hosts listen, each arm on its port. */
    void listen(List<Integer> servers, Answering answering) {
        for (int server : servers) {
            for (int arm = 0; arm < site.arms(); arm++) {
                listen(server, arm, answering);
            }
        }
    }

    /** Lets the proxy listen, if there is one, wherever a client of these may need it. */
    void listenProxies(List<Integer> clients, List<Integer> servers) {
        style.proxy().ifPresent(proxy -> {
            List<Integer> at = switch (proxy.at()) {
                case CLIENT -> clients;
                case SERVER -> servers;
                case HOST -> List.of(proxy.host());
            };
            for (int host : at) {
                for (int arm = 0; arm < site.arms(); arm++) {
                    new Proxy(this, proxy, host, arm).listen();
                }
            }
        });
    }

    private void listen(int server, int arm, Answering answering) {
        TcpHost host = site.host(server);
        Process process = process(server, arm);
        host.listen(process.tasks().get(0), port + arm, socket -> {
            socket.setTask(process.next());
            Tally tally = books.connections().accepted(server, socket);
            RpcServer connection =
                    new RpcServer(socket, style.headerBytes(), pieces, answering.of(server, arm, process));
            tally.add(socket.tcp(), connection.reader());
            setOptions(socket, RpcStyle.Side.SERVER);
            return connection;
        });
    }

    /** The server application of an arm on a host. */
    Process process(int server, int arm) {
        return process(servers, server, arm, "server", style.serverThreads());
    }

    private Process process(Process[][] made, int host, int arm, String role, int threads) {
        if (made[host] == null) {
            made[host] = new Process[site.arms()];
        }
        if (made[host][arm] == null) {
            made[host][arm] = site.host(host).process(name(role), site.cgroup(host, arm), threads);
        }
        return made[host][arm];
    }

    /** A thread of the client application of an arm, each in turn. */
    Task clientTask(int client, int arm) {
        return process(clients, client, arm, "client", style.clientThreads()).next();
    }

    /**
     * Connects to a server.
     *
     * @throws IllegalStateException if there is no free port (EADDRNOTAVAIL)
     */
    Socket connect(Task task, int client, int server, int arm, boolean ipv6, SocketHandler handler, Tally tally) {
        return style.proxy().isEmpty()
                ? connectServer(task, client, server, arm, ipv6, handler, tally)
                : open(
                        task,
                        client,
                        style.proxy().get().hostFor(client, server),
                        style.proxy().get().port() + arm,
                        ipv6,
                        handler,
                        tally);
    }

    /** As {@link #connect}, without a proxy. */
    Socket connectServer(Task task, int client, int server, int arm, boolean ipv6, SocketHandler handler, Tally tally) {
        return open(task, client, server, port + arm, ipv6, handler, tally);
    }

    private Socket open(Task task, int from, int to, int toPort, boolean ipv6, SocketHandler handler, Tally tally) {
        Socket socket = site.host(from).connect(task, site.address(to, ipv6), toPort, handler);
        books.connections().expect(tally, from, socket, to);
        return socket;
    }

    /** Sets what the scenario wants to be set; an option that the kernel of an arm does not know has no effect. */
    void setOptions(Socket socket, RpcStyle.Side side) {
        for (RpcStyle.OptionSpec option : style.options()) {
            if (option.side() == side || option.side() == RpcStyle.Side.BOTH) {
                socket.setsockopt(option.level(), option.name(), option.value());
            }
        }
    }

    String name(String role) {
        return "workload-" + workload + "-" + role;
    }
}
