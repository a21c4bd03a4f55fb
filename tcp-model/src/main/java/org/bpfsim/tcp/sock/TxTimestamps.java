package org.bpfsim.tcp.sock;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.segment.SeqNum;

/**
 * When the last byte of each write was queued, sent and acknowledged: SO_TIMESTAMPING's time stamps of transmission (Linux
 * 6.12, Documentation/networking/timestamping.rst, sections 1.3 and 1.4; tcp_tx_timestamp() in net/ipv4/tcp.c,
 * tcp_ack_tstamp() in net/ipv4/tcp_input.c). A buffer of the write queue has one such byte: of several small writes in it,
 * the last. Queued and sent are when the segment leaves the stack.
 */
public final class TxTimestamps {
    /** Bits of SO_TIMESTAMPING (include/uapi/linux/net_tstamp.h). */
    public static final int TX_SOFTWARE = 1 << 1;

    public static final int SOFTWARE = 1 << 4;
    public static final int OPT_ID = 1 << 7;
    public static final int TX_SCHED = 1 << 8;
    public static final int TX_ACK = 1 << 9;
    public static final int OPT_TSONLY = 1 << 11;
    public static final int OPT_ID_TCP = 1 << 16;
    /** What is modelled. */
    public static final int KNOWN = TX_SOFTWARE | SOFTWARE | OPT_ID | TX_SCHED | TX_ACK | OPT_TSONLY | OPT_ID_TCP;

    /** Kinds of time stamps: {@code ee_info} of a notice. */
    public static final int SCM_TSTAMP_SND = 0;

    public static final int SCM_TSTAMP_SCHED = 1;
    public static final int SCM_TSTAMP_ACK = 2;

    /** Takes time stamps. */
    @FunctionalInterface
    public interface Sink {
        /**
         * A byte has come so far.
         *
         * @param kind one of {@code SCM_TSTAMP_*}
         * @param key the byte's number in the stream since the option was set, or 0 without OPT_ID
         * @param timeNs nanoseconds since the run began
         */
        void stamped(int kind, int key, long timeNs);
    }

    private final int flags;
    private final int firstSeq;
    private final Sink sink;
    /** Sequence numbers of the last bytes of writes, ascending. */
    private final ArrayDeque<Integer> marks = new ArrayDeque<>();

    /** For bytes that are written from now on. */
    public TxTimestamps(TcpSock sk, int flags, Sink sink) {
        this.flags = flags;
        this.sink = sink;
        this.firstSeq = (flags & OPT_ID_TCP) != 0 ? sk.write_seq : sk.snd_una;
    }

    /** A write is complete: its last byte is marked, unless it has left already. */
    public void mark(TcpSock sk) {
        SkBuff tail = sk.sk_write_queue.tail();
        if (tail == null || (flags & (TX_SOFTWARE | TX_SCHED | TX_ACK)) == 0) {
            return;
        }
        while (!marks.isEmpty() && !SeqNum.before(marks.peekLast(), tail.seq)) {
            marks.removeLast();
        }
        marks.add(tail.seq + tail.payloadBytes() - 1);
    }

    /** A buffer goes out. */
    public void sent(HostKernel kernel, SkBuff skb) {
        for (Iterator<Integer> all = marks.iterator(); all.hasNext(); ) {
            int mark = all.next();
            if (!SeqNum.before(mark, skb.seq) && SeqNum.before(mark, skb.end_seq)) {
                report(kernel, TX_SCHED, SCM_TSTAMP_SCHED, mark);
                report(kernel, TX_SOFTWARE, SCM_TSTAMP_SND, mark);
            }
        }
    }

    /** The peer has everything before a sequence number. */
    public void acknowledged(HostKernel kernel, int una) {
        while (!marks.isEmpty() && SeqNum.before(marks.peek(), una)) {
            report(kernel, TX_ACK, SCM_TSTAMP_ACK, marks.remove());
        }
    }

    private void report(HostKernel kernel, int wanted, int kind, int mark) {
        if ((flags & wanted) != 0 && (flags & SOFTWARE) != 0) {
            int key = (flags & OPT_ID) != 0 ? mark - firstSeq : 0;
            sink.stamped(kind, key, kernel.scheduler.nowPs() / SimTime.PS_PER_NS);
        }
    }
}
