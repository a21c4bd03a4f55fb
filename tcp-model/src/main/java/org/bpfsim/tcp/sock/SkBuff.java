package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A segment that was sent and is not yet acknowledged: what Linux keeps in {@code sk_buff} and {@code tcp_skb_cb}.
 * It is linked into the retransmit queue by sequence and, while it is neither SACKed nor lost, into the list by time
 * of sending which RACK walks. Pooled by {@link SkBuffPool}.
 */
public final class SkBuff {
    /** Bits of {@link #sacked}, with Linux's numbers (6.12, include/net/tcp.h). */
    public static final int SACKED_ACKED = 0x01;

    public static final int SACKED_RETRANS = 0x02;
    public static final int LOST = 0x04;
    public static final int TAGBITS = SACKED_ACKED | SACKED_RETRANS | LOST;
    public static final int EVER_RETRANS = 0x80;

    public int seq;
    /** One past the last sequence number, counting SYN and FIN. */
    public int end_seq;
    /** SYN and FIN bits. */
    public int tcp_flags;

    public int sacked;
    /** Segments in this buffer: 1 until there is segmentation offload. */
    public int pcount = 1;
    /** When it was sent last, in nanoseconds of the host's clock (Linux: skb_mstamp_ns). */
    public long skb_mstamp_ns;

    /** State of the sender's delivery when it was sent (Linux: tcp_skb_cb.tx). */
    public boolean tx_is_app_limited;

    public int tx_delivered;
    public int tx_delivered_ce;
    public int tx_in_flight;
    public long tx_first_tx_mstamp;
    public long tx_delivered_mstamp;

    /** Neighbours in the retransmit queue. */
    public SkBuff prev;

    public SkBuff next;
    /** Neighbours in the list by time of sending; both null if it is not in it. */
    public SkBuff tsPrev;

    public SkBuff tsNext;
    public boolean tsLinked;

    /** Microseconds of the time of sending. */
    public long sentUs() {
        return skb_mstamp_ns / 1000;
    }

    /** Sequence numbers that it occupies, SYN and FIN included. */
    public int length() {
        return end_seq - seq;
    }

    /** Bytes of payload. */
    public int payloadBytes() {
        return end_seq - seq - (tcp_flags & TcpSegment.FIN) - ((tcp_flags & TcpSegment.SYN) >> 1);
    }
}
