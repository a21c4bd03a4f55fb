package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * How large the pieces are in which data is queued and handed to the NIC, which cuts them into segments (TSO; Linux 6.12,
 * tcp_xmit_size_goal() in net/ipv4/tcp.c, tcp_tso_autosize(), tcp_tso_should_defer() and tcp_mss_split_point() in
 * net/ipv4/tcp_output.c). Hot path: no allocation.
 */
final class Tso {
    static final int SEND = 0;
    static final int DEFER = 1;
    static final int DEFER_CWND = 2;
    static final int DEFER_RWND = 3;

    /** tcp_max_tso_deferred_mss(). */
    private static final int MAX_DEFERRED = 3;

    private static final long NS_PER_MS = 1_000_000;

    private Tso() {}

    /** Bytes up to which the last buffer of the write queue is filled: as many whole segments as the NIC takes. */
    static int sizeGoal(TcpSock sk, int mss) {
        int segments = Math.min(Mss.boundToHalfWindow(sk, sk.sk_gso_max_size) / mss, sk.sk_gso_max_segs);
        return Math.max(segments * mss, mss);
    }

    /**
     * Most segments of a buffer that is sent: what the pacing rate gives in a millisecond, and more for a close peer (half
     * for each 512 us of RTT), but at least what the congestion control says.
     */
    static int maxSegs(TcpSock sk, int mss) {
        Sysctls sysctls = sk.kernel.sysctls;
        int least = sk.caHas(CongestionOps.MIN_TSO_SEGS) ? sk.icsk_ca_ops.min_tso_segs(sk) : sysctls.tcp_min_tso_segs;
        long bytes = sk.sk_pacing_rate >>> sk.sk_pacing_shift;
        int halvings = sk.minRttUs() >>> sysctls.tcp_tso_rtt_log;
        if (halvings < Integer.SIZE) {
            bytes += sk.sk_gso_max_size >> halvings;
        }
        int segments = (int) (Math.min(bytes, sk.sk_gso_max_size) / mss);
        segments = Integer.compareUnsigned(segments, least) < 0 ? least : segments;
        return Integer.compareUnsigned(segments, sk.sk_gso_max_segs) < 0 ? segments : sk.sk_gso_max_segs;
    }

    /**
     * Whether to wait for an ACK that will soon let a larger buffer go, rather than to send this one now: one of
     * {@link #SEND}, {@link #DEFER} and, if a window is what makes it wait, {@link #DEFER_CWND} and {@link #DEFER_RWND}.
     */
    static int defer(TcpSock sk, SkBuff skb, int maxSegs) {
        if (sk.icsk_ca_state >= CaState.RECOVERY || sk.tcp_clock_cache - sk.tcp_wstamp_ns >= NS_PER_MS) {
            return SEND;
        }
        final long mss = sk.mss_cache;
        final int length = skb.payloadBytes();
        final long sendWindow = Integer.toUnsignedLong(sk.wndEnd() - skb.seq);
        final long congestionWindow = Integer.toUnsignedLong(sk.snd_cwnd - sk.packetsInFlight()) * mss;
        final long limit = Math.min(sendWindow, congestionWindow);
        boolean isLast = skb == sk.sk_write_queue.tail();
        if (limit >= maxSegs * mss || !isLast && limit >= length) {
            return SEND;
        }
        int divisor = sk.kernel.sysctls.tcp_tso_win_divisor;
        if (divisor != 0) {
            long window = Math.min(Integer.toUnsignedLong(sk.snd_wnd), Integer.toUnsignedLong(sk.snd_cwnd) * mss);
            if (limit >= window / divisor) {
                return SEND;
            }
        } else if (limit > MAX_DEFERRED * mss) {
            return SEND;
        }
        if (!ackIsNear(sk)) {
            return SEND;
        }
        if (congestionWindow < sendWindow) {
            if (congestionWindow <= length) {
                return DEFER_CWND;
            }
        } else if (sendWindow <= length) {
            return DEFER_RWND;
        }
        return (skb.tcp_flags & TcpSegment.FIN) != 0 || skb.eor ? SEND : DEFER;
    }

    /** How many bytes of a buffer of several segments may go at once; what Nagle's rule holds back stays. */
    static int splitPoint(TcpSock sk, SkBuff skb, int mss, int maxSegs, int nonagle) {
        long window = Integer.toUnsignedLong(sk.wndEnd() - skb.seq);
        long most = (long) mss * maxSegs;
        if (most <= window && skb != sk.sk_write_queue.tail()) {
            return (int) Math.min(most, Integer.MAX_VALUE);
        }
        int needed = (int) Math.min(skb.payloadBytes(), window);
        if (most <= needed) {
            return (int) most;
        }
        int partial = needed % mss;
        return partial != 0 && Sender.nagleHolds(sk, nonagle) ? needed - partial : needed;
    }

    /** Whether the next ACK is due within half an RTT or a millisecond. */
    private static boolean ackIsNear(TcpSock sk) {
        SkBuff head = sk.tcp_rtx_queue.head();
        if (head == null) {
            return false;
        }
        long srttNs = (1000L >> 3) * sk.srtt_us;
        long untilAckNs = head.skb_mstamp_ns + srttNs - sk.tcp_clock_cache;
        return untilAckNs <= Math.min(srttNs >> 1, NS_PER_MS);
    }
}
