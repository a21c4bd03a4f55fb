package org.bpfsim.scenario.apps;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.result.ConnectionTable;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.app.Socket;

/** All connections of applications: who is at their other end, and what they did within the measured interval. */
public final class ConnectionBook {
    private final Scheduler scheduler;
    private final RunSpec run;
    private final ConnectionTable table;
    private final Set<Tally> open = new LinkedHashSet<>();
    /** By what a server sees of a client; only looked up, never walked. */
    private final Map<Peer, Tally> expected = new HashMap<>();

    private long opened;

    private record Peer(int client, int clientPort, boolean ipv6, int server, int serverPort) {}

    public ConnectionBook(Scheduler scheduler, RunSpec run, List<String> arms) {
        this.scheduler = scheduler;
        this.run = run;
        this.table = new ConnectionTable(arms);
    }

    /** Schedules the beginning and the end of measuring. */
    public void start() {
        scheduler.at(run.warmUpPs(), new Event() {
            @Override
            protected void fire(long nowPs) {
                open.forEach(Tally::begin);
            }
        });
        scheduler.at(run.measureEndPs(), new Event() {
            @Override
            protected void fire(long nowPs) {
                close();
            }
        });
    }

    /** The connections that did something while the run measured. */
    public ConnectionTable table() {
        return table;
    }

    /** Writes down what is still open. */
    public void close() {
        open.forEach(this::write);
        open.clear();
    }

    /** A connection is about to be opened. */
    Tally open(int workload, int arm, int src, int dst) {
        Tally tally = new Tally(opened++, workload, arm, src, dst);
        if (scheduler.nowPs() < run.measureEndPs()) {
            open.add(tally);
        } else {
            tally.isWritten = true;
        }
        return tally;
    }

    /** A client has called connect(): the server will accept it. */
    void expect(Tally tally, int client, Socket socket, int server) {
        boolean ipv6 = !socket.peerAddress().isV4();
        expected.put(new Peer(client, socket.localPort(), ipv6, server, socket.peerPort()), tally);
    }

    /** A server has accepted a connection. */
    Tally accepted(int server, Socket socket) {
        boolean ipv6 = !socket.peerAddress().isV4();
        int client = socket.tcp().peerHost;
        Tally tally = expected.remove(new Peer(client, socket.peerPort(), ipv6, server, socket.localPort()));
        if (tally == null) {
            throw new AssertionError("nobody opened the connection from host " + client + " port " + socket.peerPort()
                    + " to host " + server + " port " + socket.localPort());
        }
        return tally;
    }

    /** A connection is over. */
    void over(Tally tally) {
        if (open.remove(tally)) {
            write(tally);
        }
    }

    private void write(Tally tally) {
        if (tally.isWritten || scheduler.nowPs() < run.warmUpPs()) {
            return;
        }
        tally.isWritten = true;
        long[] counted = tally.counted();
        long[] row = new long[5 + Tally.COUNTERS];
        row[0] = tally.number;
        row[1] = tally.workload;
        row[2] = tally.arm;
        row[3] = tally.src;
        row[4] = tally.dst;
        System.arraycopy(counted, 0, row, 5, Tally.COUNTERS);
        table.add(row);
    }
}
