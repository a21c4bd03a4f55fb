package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * Counts the segments of buffers and cuts buffers in two, in the write queue or in the retransmit queue, where the
 * counters of the scoreboard have to follow (Linux 6.12, tcp_set_skb_tso_segs(), tso_fragment(), tcp_fragment() and
 * tcp_trim_head() in net/ipv4/tcp_output.c). Hot path: no allocation.
 */
public final class SkbSegments {
    private SkbSegments() {}

    /** Works out how many segments of {@code mss} bytes a buffer makes; returns the number. */
    public static int count(SkBuff skb, int mss) {
        int length = skb.payloadBytes();
        if (length <= mss) {
            skb.gso_size = 0;
            skb.pcount = 1;
            return 1;
        }
        skb.gso_size = mss;
        skb.pcount = (length + mss - 1) / mss;
        return skb.pcount;
    }

    /** As {@link #count} for a buffer that is out: what counts its segments follows (tcp_adjust_pcount()). */
    public static void recount(TcpSock sk, SkBuff skb, int mss) {
        int before = skb.pcount;
        adjust(sk, skb, before - count(skb, mss));
    }

    /** Cuts a buffer that was never sent; returns the second part, which is behind the first in the write queue. */
    public static SkBuff splitUnsent(TcpSock sk, SkBuff skb, int length, int mss) {
        SkBuff rest = cut(sk, skb, length);
        count(skb, mss);
        count(rest, mss);
        sk.sk_write_queue.insertAfter(skb, rest);
        return rest;
    }

    /** Cuts a buffer that is out; returns the second part, which is behind the first in both lists of the rtx queue. */
    public static SkBuff splitSent(TcpSock sk, SkBuff skb, int length, int mss) {
        int before = skb.pcount;
        SkBuff rest = cut(sk, skb, length);
        rest.sacked = skb.sacked;
        rest.skb_mstamp_ns = skb.skb_mstamp_ns;
        rest.tx_delivered = skb.tx_delivered;
        rest.tx_delivered_ce = skb.tx_delivered_ce;
        rest.tx_delivered_mstamp = skb.tx_delivered_mstamp;
        rest.tx_first_tx_mstamp = skb.tx_first_tx_mstamp;
        rest.tx_in_flight = skb.tx_in_flight;
        rest.tx_is_app_limited = skb.tx_is_app_limited;
        adjust(sk, skb, before - count(skb, mss) - count(rest, mss));
        sk.tcp_rtx_queue.insertAfter(skb, rest);
        return rest;
    }

    /** Forgets the first bytes of a buffer, which are acknowledged; its segments are counted anew. */
    public static void trimHead(TcpSock sk, SkBuff skb, int bytes) {
        if (skb.frags != null) {
            skb.frags = skb.frags.cut(bytes);
        }
        skb.seq += bytes;
        skb.truesize -= bytes;
        sk.sk_wmem_queued -= bytes;
        if (skb.pcount > 1) {
            count(skb, skb.gso_size);
        }
    }

    /** So many segments less than the counters of the socket have for a buffer that is out. */
    public static void adjust(TcpSock sk, SkBuff skb, int less) {
        if (less == 0) {
            return;
        }
        sk.packets_out -= less;
        if ((skb.sacked & SkBuff.SACKED_ACKED) != 0) {
            sk.sacked_out -= less;
        }
        if ((skb.sacked & SkBuff.SACKED_RETRANS) != 0) {
            sk.retrans_out -= less;
        }
        if ((skb.sacked & SkBuff.LOST) != 0) {
            sk.lost_out -= less;
        }
        if (!sk.rx_opt_sack_ok && less > 0) {
            sk.sacked_out -= Math.min(sk.sacked_out, less);
        }
    }

    /** FIN, PSH and the end of a record belong to the second part. */
    private static SkBuff cut(TcpSock sk, SkBuff skb, int length) {
        SkBuff rest = sk.kernel.skbs.take();
        int moved = skb.payloadBytes() - length;
        rest.seq = skb.seq + length;
        rest.end_seq = skb.end_seq;
        rest.tcp_flags = skb.tcp_flags;
        rest.eor = skb.eor;
        rest.truesize += moved;
        if (skb.frags != null) {
            rest.frags = skb.frags.cut(length);
        }
        skb.end_seq = rest.seq;
        skb.tcp_flags &= ~(TcpSegment.FIN | TcpSegment.PSH);
        skb.eor = false;
        skb.truesize -= moved;
        sk.sk_wmem_queued += sk.kernel.skbs.overhead();
        return rest;
    }
}
