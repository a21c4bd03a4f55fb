package org.bpfsim.scenario.apps;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.tcp.rpc.FrameReader;
import org.bpfsim.tcp.sock.TcpSock;

/** What a connection has done so far: its sockets' counters, and what was asked over it. */
final class Tally {
    /** Counters in the table's order, from {@code sockets} on. */
    static final int COUNTERS = 9;

    final int workload;
    final int arm;
    final int src;
    final int dst;
    final long number;
    private final List<TcpSock> sockets = new ArrayList<>(2);
    private final List<FrameReader> readers = new ArrayList<>(2);
    private long requests;
    /** The counters when measuring began. */
    private long[] before;

    boolean isWritten;

    Tally(long number, int workload, int arm, int src, int dst) {
        this.number = number;
        this.workload = workload;
        this.arm = arm;
        this.src = src;
        this.dst = dst;
    }

    /** Counts a socket of the connection; the reader may be null. */
    void add(TcpSock socket, FrameReader reader) {
        sockets.add(socket);
        if (reader != null) {
            readers.add(reader);
        }
    }

    /** A request was answered. */
    void answered() {
        requests++;
    }

    /** Measuring begins. */
    void begin() {
        before = counters();
    }

    /** What has been counted since measuring began. */
    long[] counted() {
        long[] now = counters();
        for (int i = 1; before != null && i < COUNTERS; i++) {
            now[i] -= before[i];
        }
        return now;
    }

    private long[] counters() {
        long[] sum = new long[COUNTERS];
        sum[0] = sockets.size();
        sum[1] = requests;
        for (FrameReader reader : readers) {
            sum[2] += reader.reads();
            sum[3] += reader.partialReads();
        }
        for (TcpSock sk : sockets) {
            sum[4] += sk.segs_out;
            sum[5] += sk.total_retrans;
            sum[6] += sk.total_rto;
            sum[7] += sk.delivered_ce;
            sum[8] += sk.delivered;
        }
        return sum;
    }
}
