package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * BBR's estimate of how many segments ACKs deliver beyond what the bandwidth would have: receivers and links that gather
 * ACKs leave silences, which a window of twice the path alone would not fill (Linux 6.12, bbr_update_ack_aggregation() in
 * net/ipv4/tcp_bbr.c). The largest excess of the last five to ten rounds counts. Hot path: no allocation.
 */
final class BbrAggregation {
    private static final int WINDOW_ROUNDS = 5;
    /** More than this is not believed: the excess of 100 ms. */
    private static final int MAX_US = 100_000;
    /** Counts are 20 bits wide in Linux, and an epoch that would exceed them begins anew. */
    private static final int EPOCH_LIMIT = 1 << 20;
    /** An excess is kept in 16 bits. */
    private static final int EXCESS_MASK = 0xffff;

    private long epochStartUs;
    private int epochAcked;
    private int windowRounds;
    private int windowIndex;
    private final int[] excess = new int[2];

    void init(TcpSock sk) {
        beginEpoch(sk.tcp_mstamp);
        windowRounds = 0;
        windowIndex = 0;
        excess[0] = 0;
        excess[1] = 0;
    }

    void beginEpoch(long nowUs) {
        epochStartUs = nowUs;
        epochAcked = 0;
    }

    /** Takes an ACK's delivery into account. */
    void onAck(TcpSock sk, RateSample rs, int bw, boolean roundStart) {
        if (rs.acked_sacked <= 0 || rs.delivered < 0 || rs.interval_us <= 0) {
            return;
        }
        if (roundStart) {
            windowRounds++;
            if (windowRounds >= WINDOW_ROUNDS) {
                windowRounds = 0;
                windowIndex = 1 - windowIndex;
                excess[windowIndex] = 0;
            }
        }
        long epochUs = Math.max(0, sk.delivered_mstamp - epochStartUs) & 0xffff_ffffL;
        int expected = (int) (Integer.toUnsignedLong(bw) * epochUs >>> BbrState.BW_SHIFT);
        boolean slow = Integer.compareUnsigned(epochAcked, expected) <= 0;
        if (slow || epochAcked + rs.acked_sacked >= EPOCH_LIMIT) {
            beginEpoch(sk.delivered_mstamp);
            expected = 0;
        }
        epochAcked = Math.min(EPOCH_LIMIT - 1, epochAcked + rs.acked_sacked);
        int extra = epochAcked - expected;
        extra = Integer.compareUnsigned(extra, sk.snd_cwnd) < 0 ? extra : sk.snd_cwnd;
        if (Integer.compareUnsigned(extra, excess[windowIndex]) > 0) {
            excess[windowIndex] = extra & EXCESS_MASK;
        }
    }

    /** Segments by which the window is enlarged. */
    int allowance(int bw) {
        long most = Integer.toUnsignedLong(bw) * MAX_US >>> BbrState.BW_SHIFT;
        return (int) Math.min(Math.max(excess[0], excess[1]), most);
    }
}
