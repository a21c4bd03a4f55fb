package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * Calls {@code sock_ops} programs where the receive queue of a socket changes: {@link SockOps#BPF_SOCK_OPS_RCVQ_CB}, for sockets
 * with its flag. As the patch series "bpf: Add SOCK_OPS hooks for TCP AutoLOWAT" places the calls: what is queued is shown
 * as it came, before it is joined with what the queue has and before {@code rcv_nxt} knows of it.
 *
 * <p>Hot path: no allocation.
 */
public final class ReceiveQueueHook {
    private ReceiveQueueHook() {}

    /** A segment goes into the queue whole (tcp_queue_rcv(), tcp_fastopen_add_skb()). */
    public static void queued(TcpSock sk, TcpSegment segment) {
        if (sk.wantsCallback(SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG)) {
            int syn = (segment.flags & TcpSegment.SYN) >> 1;
            call(sk, segment.seq + syn, segment.endSeq(), segment.flags & ~TcpSegment.SYN);
        }
    }

    /** What was kept out of order goes into the queue (tcp_ofo_queue()). Pieces that touch are one. */
    public static void drained(TcpSock sk, int start, int end, boolean fin) {
        if (sk.wantsCallback(SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG)) {
            call(sk, start, end, TcpSegment.ACK | (fin ? TcpSegment.FIN : 0));
        }
    }

    /** The application has read: __tcp_cleanup_rbuf(), before it looks whether to send an ACK. */
    public static void read(TcpSock sk) {
        SockOps ops =
                sk.wantsCallback(SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG) && sk.cgroup != null ? sk.cgroup.sockOps() : null;
        if (ops != null) {
            ops.receiveQueue(sk, null);
        }
    }

    private static void call(TcpSock sk, int start, int end, int flags) {
        SockOps ops = sk.cgroup == null ? null : sk.cgroup.sockOps();
        if (ops != null) {
            QueuedSkb skb = sk.kernel.queuedSkb;
            skb.fill(sk, start, end, flags);
            ops.receiveQueue(sk, skb);
            skb.clear();
        }
    }
}
