package org.bpfsim.tcp.output;

import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Small queues (TSQ): a socket has about a millisecond of its rate in the host's own queues, and what is sent from there lets
 * the next go (Linux 6.12, tcp_small_queue_check() and tcp_tsq_write() in net/ipv4/tcp_output.c). Hot path: no allocation.
 */
public final class SmallQueue {
    private static final int SENDING = TcpState.bit(TcpState.ESTABLISHED)
            | TcpState.bit(TcpState.FIN_WAIT1)
            | TcpState.bit(TcpState.CLOSING)
            | TcpState.bit(TcpState.CLOSE_WAIT)
            | TcpState.bit(TcpState.LAST_ACK);

    private SmallQueue() {}

    /**
     * Whether a buffer has to wait for others of the socket to leave the host.
     *
     * @param factor doublings of the limit: 0, or 1 for a retransmission
     */
    static boolean isFull(TcpSock sk, SkBuff skb, int factor) {
        if (sk.sk_wmem_alloc == 0) {
            return false;
        }
        long limit = limit(sk, skb) << factor;
        if (sk.sk_wmem_alloc > limit) {
            sk.kernel.egress().reap();
        }
        if (sk.sk_wmem_alloc <= limit || sk.tcp_rtx_queue.isEmpty() || sk.tcp_rtx_queue.hasSingle()) {
            return false;
        }
        throttle(sk);
        return true;
    }

    /** Whether an earlier transmission of a buffer has not left the host, so that it is no use to send it again. */
    static boolean stillHas(TcpSock sk, SkBuff skb) {
        if (skb.inHost > 0) {
            sk.kernel.egress().reap();
        }
        if (skb.inHost == 0) {
            return false;
        }
        throttle(sk);
        sk.kernel.mib.inc(Mib.TCP_SPURIOUS_RTX_HOSTQUEUES);
        return true;
    }

    /** The socket waits until something of it has left the host. */
    static void throttle(TcpSock sk) {
        if (!sk.tsq_throttled) {
            sk.tsq_throttled = true;
            sk.kernel.egress().awaitCompletion(sk);
        }
    }

    /** Goes on sending: something has left the host, or pacing allows the next. */
    public static void write(TcpSock sk) {
        if (!TcpState.in(sk.skc_state, SENDING)) {
            return;
        }
        if (sk.lost_out > sk.retrans_out && !sk.cwndIsFull()) {
            sk.refreshClock();
            Retransmitter.retransmitLost(sk);
        }
        Sender.goOn(sk);
    }

    private static long limit(TcpSock sk, SkBuff skb) {
        long millisecond = sk.sk_pacing_rate >>> sk.sk_pacing_shift;
        long limit = Math.max(2L * skb.truesize, millisecond);
        if (sk.sk_pacing_status == TcpSock.SK_PACING_NONE) {
            limit = Math.min(limit, sk.kernel.sysctls.tcp_limit_output_bytes);
        }
        return limit;
    }
}
