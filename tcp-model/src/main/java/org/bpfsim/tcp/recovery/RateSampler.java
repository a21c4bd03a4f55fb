package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Measures the delivery rate (draft-cheng-iccrg-delivery-rate-estimation-02; Linux 6.12, net/ipv4/tcp_rate.c). Each
 * segment remembers what had been delivered when it was sent; the ACK of the newest one tells how fast the path
 * delivered since. Hot path: no allocation.
 */
public final class RateSampler {
    /** Bits of delivered_ce that Linux keeps per segment. */
    private static final int DELIVERED_CE_MASK = (1 << 20) - 1;

    /** SKB_TRUESIZE(1): less than that in the host's queues is no data. */
    private static final int SKB_TRUESIZE_1 = 577;

    private RateSampler() {}

    /** A segment is being sent: notes the state of delivery in it. */
    public static void sent(TcpSock sk, SkBuff skb) {
        if (sk.packets_out == 0) {
            long sentUs = skb.sentUs();
            sk.first_tx_mstamp = sentUs;
            sk.delivered_mstamp = sentUs;
        }
        skb.tx_first_tx_mstamp = sk.first_tx_mstamp;
        skb.tx_delivered_mstamp = sk.delivered_mstamp;
        skb.tx_delivered = sk.delivered;
        skb.tx_delivered_ce = sk.delivered_ce;
        skb.tx_is_app_limited = sk.app_limited != 0;
    }

    /** A segment was acknowledged or SACKed. */
    public static void delivered(TcpSock sk, SkBuff skb, RateSample rs) {
        if (skb.tx_delivered_mstamp == 0) {
            return;
        }
        long sentUs = skb.sentUs();
        if (rs.prior_delivered == 0 || Rack.sentAfter(sentUs, sk.first_tx_mstamp, skb.end_seq, rs.last_end_seq)) {
            rs.prior_delivered_ce = skb.tx_delivered_ce;
            rs.prior_delivered = skb.tx_delivered;
            rs.prior_mstamp = skb.tx_delivered_mstamp;
            rs.is_app_limited = skb.tx_is_app_limited;
            rs.is_retrans = (skb.sacked & (SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS)) != 0;
            rs.last_end_seq = skb.end_seq;
            sk.first_tx_mstamp = sentUs;
            rs.interval_us = sentUs - skb.tx_first_tx_mstamp;
        }
        if ((skb.sacked & SkBuff.SACKED_ACKED) != 0) {
            skb.tx_delivered_mstamp = 0; // it counts once, not again when acknowledged
        }
    }

    /** Completes the sample at the end of an ACK. */
    public static void generate(TcpSock sk, int delivered, int lost, boolean isSackReneg, RateSample rs) {
        if (sk.app_limited != 0 && SeqNum.after(sk.delivered, sk.app_limited)) {
            sk.app_limited = 0;
        }
        if (delivered != 0) {
            sk.delivered_mstamp = sk.tcp_mstamp;
        }
        rs.acked_sacked = delivered;
        rs.losses = lost;
        if (rs.prior_mstamp == 0 || isSackReneg) {
            rs.delivered = -1;
            rs.interval_us = -1;
            return;
        }
        rs.delivered = sk.delivered - rs.prior_delivered;
        rs.delivered_ce = sk.delivered_ce - rs.prior_delivered_ce & DELIVERED_CE_MASK;
        int sendUs = (int) rs.interval_us;
        int ackUs = (int) (sk.tcp_mstamp - rs.prior_mstamp);
        rs.interval_us = Math.max(sendUs, ackUs);
        rs.snd_interval_us = sendUs;
        rs.rcv_interval_us = ackUs;
        if (rs.interval_us < Integer.toUnsignedLong(sk.minRttUs())) {
            rs.interval_us = -1;
            return;
        }
        if (!rs.is_app_limited
                || (long) rs.delivered * sk.rate_interval_us >= (long) sk.rate_delivered * rs.interval_us) {
            sk.rate_delivered = rs.delivered;
            sk.rate_interval_us = (int) rs.interval_us;
            sk.rate_app_limited = rs.is_app_limited;
        }
    }

    /** The application is about to write: if the pipe has a bubble, what follows is limited by the application. */
    public static void checkAppLimited(TcpSock sk) {
        int inFlight = sk.packetsInFlight();
        if (sk.write_seq - sk.snd_nxt < sk.mss_cache
                && sk.sk_wmem_alloc < SKB_TRUESIZE_1
                && inFlight < sk.snd_cwnd
                && sk.lost_out <= sk.retrans_out) {
            int limit = sk.delivered + inFlight;
            sk.app_limited = limit != 0 ? limit : 1;
        }
    }
}
