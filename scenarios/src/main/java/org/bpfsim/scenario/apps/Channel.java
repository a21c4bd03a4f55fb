package org.bpfsim.scenario.apps;

import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.rpc.RpcClient;

/**
 * A connection of a client to a server that is opened when it is first needed, and again after it broke: a place in a pool.
 * Requests wait here for their turn. Unless it is kept, it is closed after its only request.
 */
final class Channel implements RpcClient.Owner {
    private final Service service;
    private final int client;
    private final int server;
    private final int arm;
    private final boolean ipv6;
    private final Task task;

    private RpcClient connection;
    private Tally tally;
    private Request firstWaiting;
    private Request lastWaiting;
    private Request firstAsked;
    private Request lastAsked;

    /** @param task the client's thread that deals with it */
    Channel(Service service, int client, int server, int arm, boolean ipv6, Task task) {
        this.service = service;
        this.client = client;
        this.server = server;
        this.arm = arm;
        this.ipv6 = ipv6;
        this.task = task;
    }

    int arm() {
        return arm;
    }

    int server() {
        return server;
    }

    /** Lets the client's thread send a request as soon as it comes to it. */
    void ask(Request request) {
        request.channel = this;
        request.arm = arm;
        request.src = client;
        request.dst = server;
        task.post(request);
    }

    /** In the client's thread: sends a request when its turn has come. */
    void submit(Request request) {
        request.next = null;
        if (firstWaiting == null) {
            firstWaiting = request;
        } else {
            lastWaiting.next = request;
        }
        lastWaiting = request;
        if (connection == null) {
            open();
        } else {
            sendWaiting();
        }
    }

    private void open() {
        RpcStyle style = service.style();
        connection = new RpcClient(style.headerBytes(), service.pieces(), this);
        tally = service.connections().open(service.workload(), arm, client, server);
        Socket socket;
        try {
            socket = service.connect(task, client, server, arm, ipv6, connection, tally);
        } catch (IllegalStateException e) {
            // EADDRNOTAVAIL: all local ports towards this server are in use or in TIME_WAIT.
            over(connection, 0);
            return;
        }
        connection.attach(socket);
        tally.add(socket.tcp(), connection.reader());
    }

    private void sendWaiting() {
        while (firstWaiting != null
                && connection != null
                && connection.isOpen()
                && connection.outstanding() < service.style().pipelining()) {
            Request request = firstWaiting;
            firstWaiting = request.next;
            request.next = null;
            if (firstAsked == null) {
                firstAsked = request;
            } else {
                lastAsked.next = request;
            }
            lastAsked = request;
            connection.ask(request.requestBytes, request.id, request.responseBytes, request.workNs);
        }
    }

    @Override
    public void connected(RpcClient opened) {
        service.setOptions(opened.socket(), RpcStyle.Side.CLIENT);
        sendWaiting();
    }

    @Override
    public void read(RpcClient from, long bytes) {
        service.accounts().read(arm, bytes);
    }

    @Override
    public void answered(RpcClient from, long id) {
        Request request = firstAsked;
        if (request.id != id) {
            throw new AssertionError("the answer to request " + id + " came before that to " + request.id);
        }
        firstAsked = request.next;
        tally.answered();
        if (!service.style().reuse()) {
            service.connections().over(tally);
            from.close();
        }
        from.socket().task().afterwards(request.answered);
        sendWaiting();
    }

    /** Requests that were sent are lost; those that wait go over a new connection, if there was one before. */
    @Override
    public void over(RpcClient ended, int errno) {
        if (tally != null) {
            service.connections().over(tally);
        }
        Request lost = firstAsked;
        firstAsked = null;
        if (connection == null || !ended.wasOpen()) {
            if (lastAsked != null && lost != null) {
                lastAsked.next = firstWaiting;
            } else {
                lost = firstWaiting;
            }
            firstWaiting = null;
        }
        connection = null;
        tally = null;
        fail(lost);
        if (firstWaiting != null && connection == null) {
            open();
        }
    }

    private void fail(Request lost) {
        Request request = lost;
        while (request != null) {
            Request following = request.next;
            service.requests().end(request, false);
            request = following;
        }
    }
}
