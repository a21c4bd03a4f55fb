package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Slow start and congestion avoidance as RFC 5681 has them, counted in segments as Linux counts (6.12,
 * net/ipv4/tcp_cong.c). The static methods are what Linux exports to other congestion controls, and to BPF as kfuncs.
 *
 * <p>Hot path: no allocation.
 */
public final class Reno implements CongestionOps {
    private static final int MIN_SSTHRESH = 2;

    private final String name;
    private final int flags;

    /** The algorithm that Linux registers as {@code reno}. */
    public Reno() {
        this("reno", TCP_CONG_NON_RESTRICTED);
    }

    /** The same under another name, as {@code dctcp-reno}. */
    Reno(String name, int flags) {
        this.name = name;
        this.flags = flags;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int flags() {
        return flags;
    }

    @Override
    public int members() {
        return 0;
    }

    @Override
    public int ssthresh(TcpSock sk) {
        return halved(sk);
    }

    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        congAvoid(sk, acked);
    }

    @Override
    public int undo_cwnd(TcpSock sk) {
        return undoCwnd(sk);
    }

    /** Half the window, at least 2 (RFC 5681, equation 4, in segments): {@code tcp_reno_ssthresh()}. */
    public static int halved(TcpSock sk) {
        return Math.max(sk.snd_cwnd >>> 1, MIN_SSTHRESH);
    }

    /** The window before the reduction, unless it has grown beyond: {@code tcp_reno_undo_cwnd()}. */
    public static int undoCwnd(TcpSock sk) {
        return Math.max(sk.snd_cwnd, sk.prior_cwnd);
    }

    /**
     * RFC 5681, section 3.1: doubles per round trip below ssthresh, one segment per round trip from there on; and not
     * at all while the application leaves the window unused (RFC 7661's concern): {@code tcp_reno_cong_avoid()}.
     *
     * @param acked segments newly acknowledged
     */
    public static void congAvoid(TcpSock sk, int acked) {
        if (!sk.isCwndLimited()) {
            return;
        }
        int left = acked;
        if (sk.inSlowStart()) {
            left = slowStart(sk, acked);
            if (left == 0) {
                return;
            }
        }
        additiveIncrease(sk, sk.snd_cwnd, left);
    }

    /**
     * One segment per acknowledged segment, up to ssthresh (a stretch ACK counts in full): {@code tcp_slow_start()}.
     *
     * @return the segments not used up, for congestion avoidance
     */
    public static int slowStart(TcpSock sk, int acked) {
        int grown = unsignedMin(sk.snd_cwnd + acked, sk.snd_ssthresh);
        int left = acked - (grown - sk.snd_cwnd);
        sk.snd_cwnd = unsignedMin(grown, sk.snd_cwnd_clamp);
        return left;
    }

    /**
     * One segment per {@code perSegments} acknowledged segments: {@code tcp_cong_avoid_ai()}. Credit that was saved
     * up when growth was slower counts for one segment at most, so that a change of pace makes no burst.
     */
    public static void additiveIncrease(TcpSock sk, int perSegments, int acked) {
        int cwnd = sk.snd_cwnd;
        int credit = sk.snd_cwnd_cnt;
        if (Integer.compareUnsigned(credit, perSegments) >= 0) {
            credit = 0;
            cwnd++;
        }
        credit += acked;
        if (Integer.compareUnsigned(credit, perSegments) >= 0) {
            int steps = Integer.divideUnsigned(credit, perSegments);
            credit -= steps * perSegments;
            cwnd += steps;
        }
        sk.snd_cwnd_cnt = credit;
        sk.snd_cwnd = unsignedMin(cwnd, sk.snd_cwnd_clamp);
    }

    private static int unsignedMin(int a, int b) {
        return Integer.compareUnsigned(a, b) < 0 ? a : b;
    }
}
