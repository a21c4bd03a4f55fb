package org.bpfsim.tcp.sock;

import java.util.ArrayDeque;
import org.bpfsim.tcp.segment.SeqNum;

/**
 * Tells {@code sock_ops} programs when the last byte of a write was queued, sent and acknowledged, if they ask for it when
 * it is written (Linux 6.15: tcp_tx_timestamp() in net/ipv4/tcp.c, skb_tstamp_tx_report_bpf_timestamping() in
 * net/core/skbuff.c, tcp_ack_tstamp() in net/ipv4/tcp_input.c). Queued and sent are when the segment leaves the stack; a
 * retransmission leaves it again. Beside {@link TxTimestamps}, which are for the application.
 */
public final class ProgramTimestamps {
    /** Bit of {@code SK_BPF_CB_FLAGS} that switches this on. */
    public static final int SK_BPF_CB_TX_TIMESTAMPING = 1;

    private static final int ETHERNET_HEADER = 14;

    /** Sequence numbers of the last bytes of writes that programs want to hear of, ascending. */
    private final ArrayDeque<Integer> marks = new ArrayDeque<>();

    private boolean on;

    /** Switches it on or off; what was asked for before is told all the same. */
    public void turn(boolean toOn) {
        on = toOn;
    }

    public boolean isOn() {
        return on;
    }

    /** A write is complete, and not pushed yet. */
    public void written(TcpSock sk) {
        SkBuff tail = sk.sk_write_queue.tail();
        SockOps ops = hook(sk);
        if (!on || tail == null || ops == null) {
            return;
        }
        if (ops.timestamp(sk, SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB, tail.payloadBytes())) {
            // A buffer has one such byte: of several writes in it, the last.
            while (!marks.isEmpty() && !SeqNum.before(marks.peekLast(), tail.seq)) {
                marks.removeLast();
            }
            marks.add(tail.seq + tail.payloadBytes() - 1);
        }
    }

    /**
     * A buffer goes out.
     *
     * @param ipBytes of it with its headers
     */
    public void sent(TcpSock sk, SkBuff skb, int ipBytes) {
        SockOps ops = hook(sk);
        if (ops == null) {
            return;
        }
        for (int mark : marks) {
            if (!SeqNum.before(mark, skb.seq) && SeqNum.before(mark, skb.end_seq)) {
                int bytes = ETHERNET_HEADER + ipBytes;
                ops.timestamp(sk, SockOps.BPF_SOCK_OPS_TSTAMP_SCHED_CB, bytes);
                ops.timestamp(sk, SockOps.BPF_SOCK_OPS_TSTAMP_SND_SW_CB, bytes);
                return;
            }
        }
    }

    /** A buffer is acknowledged as a whole. */
    public void acknowledged(TcpSock sk, SkBuff skb) {
        while (!marks.isEmpty() && SeqNum.before(marks.peek(), skb.end_seq)) {
            marks.remove();
            SockOps ops = hook(sk);
            if (ops != null) {
                ops.timestamp(sk, SockOps.BPF_SOCK_OPS_TSTAMP_ACK_CB, skb.payloadBytes());
            }
        }
    }

    private static SockOps hook(TcpSock sk) {
        return sk.cgroup == null ? null : sk.cgroup.sockOps();
    }
}
