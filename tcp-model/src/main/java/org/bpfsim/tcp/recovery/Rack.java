package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Loss detection by time (RFC 8985, section 6): a segment is lost if one that was sent later has arrived, and it itself
 * has not within an RTT and a reordering window. Hot path: no allocation.
 *
 * <p>Linux's form (6.12, net/ipv4/tcp_recovery.c): the window is a quarter of the minimum RTT per step, at most the
 * smoothed RTT, and zero as long as no reordering was seen, in recovery or once {@code tcp_reordering} segments are
 * SACKed.
 */
public final class Rack {
    /** Recoveries for which an enlarged window is kept. */
    static final int RECOVERY_THRESHOLD = 16;

    private static final int MAX_STEPS = 255;
    private static final int NO_DUPTHRESH = 4;
    private static final int STATIC_REO_WND = 2;
    private static final int LOSS_DETECTION = 1;
    private static final int TIMEOUT_MIN_US = 2000;

    private Rack() {}

    /** Whether {@code net.ipv4.tcp_recovery} has it on. */
    public static boolean isOn(TcpSock sk) {
        return (sk.kernel.sysctls.tcp_recovery & LOSS_DETECTION) != 0;
    }

    /** A segment has been acknowledged or SACKed that was sent at {@code sentUs}. */
    public static void advance(TcpSock sk, SkBuff skb, long sentUs) {
        int rtt = (int) (sk.tcp_mstamp - sentUs);
        boolean retransmitted = (skb.sacked & (SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS)) != 0;
        if (retransmitted && Integer.compareUnsigned(rtt, sk.minRttUs()) < 0) {
            return; // it may be the original that has arrived
        }
        sk.rack_advanced = true;
        sk.rack_rtt_us = rtt;
        if (sentAfter(sentUs, sk.rack_mstamp, skb.end_seq, sk.rack_end_seq)) {
            sk.rack_mstamp = sentUs;
            sk.rack_end_seq = skb.end_seq;
        }
    }

    /** Marks what is lost; arms the reordering timer for what may be. Returns whether it did the latter. */
    public static boolean markLost(TcpSock sk) {
        if (!sk.rack_advanced) {
            return false;
        }
        sk.rack_advanced = false;
        long waitUs = detectLoss(sk);
        if (waitUs == 0) {
            return false;
        }
        int ticks = Math.min(sk.kernel.usToJiffies(waitUs + TIMEOUT_MIN_US), sk.icsk_rto);
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_REO_TIMEOUT, ticks);
        return true;
    }

    /** Marks what is lost and returns the longest time in microseconds to wait for the rest, or 0. */
    public static long detectLoss(TcpSock sk) {
        long longestUs = 0;
        long reorderingWindowUs = reorderingWindowUs(sk);
        SkBuff next;
        for (SkBuff skb = sk.tcp_rtx_queue.sentFirst(); skb != null; skb = next) {
            next = skb.tsNext;
            if ((skb.sacked & (SkBuff.LOST | SkBuff.SACKED_RETRANS)) == SkBuff.LOST) {
                continue;
            }
            long sentUs = skb.sentUs();
            if (!sentAfter(sk.rack_mstamp, sentUs, sk.rack_end_seq, skb.end_seq)) {
                break;
            }
            long remainingUs = timeoutUs(sk, sentUs, reorderingWindowUs);
            if (remainingUs <= 0) {
                Scoreboard.markLost(sk, skb);
                sk.tcp_rtx_queue.tsRemove(skb);
            } else {
                longestUs = Math.max(longestUs, remainingUs);
            }
        }
        return longestUs;
    }

    /** Time in microseconds after which a segment sent at {@code sentUs} counts as lost; negative if it is past. */
    static long timeoutUs(TcpSock sk, long sentUs, long reorderingWindowUs) {
        return sk.rack_rtt_us + reorderingWindowUs - (sk.tcp_mstamp - sentUs);
    }

    /** Adapts the reordering window: up by a step for a round with DSACKs, back after 16 recoveries without. */
    public static void updateReorderingWindow(TcpSock sk, RateSample rs) {
        if ((sk.kernel.sysctls.tcp_recovery & STATIC_REO_WND) != 0 || rs.prior_delivered == 0) {
            return;
        }
        if (SeqNum.before(rs.prior_delivered, sk.rack_last_delivered)) {
            sk.rack_dsack_seen = false;
        }
        if (sk.rack_dsack_seen) {
            sk.rack_reo_wnd_steps = Math.min(MAX_STEPS, sk.rack_reo_wnd_steps + 1);
            sk.rack_dsack_seen = false;
            sk.rack_last_delivered = sk.delivered;
            sk.rack_reo_wnd_persist = RECOVERY_THRESHOLD;
        } else if (sk.rack_reo_wnd_persist == 0) {
            sk.rack_reo_wnd_steps = 1;
        }
    }

    /** Whether the first of two segments was sent after the second; the sequence decides within a microsecond. */
    static boolean sentAfter(long sentUs1, long sentUs2, int endSeq1, int endSeq2) {
        return sentUs1 > sentUs2 || sentUs1 == sentUs2 && SeqNum.after(endSeq1, endSeq2);
    }

    private static long reorderingWindowUs(TcpSock sk) {
        if (sk.reord_seen == 0) {
            boolean manySacked = sk.sacked_out >= sk.reordering && (sk.kernel.sysctls.tcp_recovery & NO_DUPTHRESH) == 0;
            if (sk.icsk_ca_state >= CaState.RECOVERY || manySacked) {
                return 0;
            }
        }
        long quarterOfMin = Integer.toUnsignedLong(sk.minRttUs()) >> 2;
        return Math.min(quarterOfMin * sk.rack_reo_wnd_steps, sk.srtt_us >>> 3);
    }
}
