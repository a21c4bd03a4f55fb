package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A range of the outgoing stream that is sent as one, in as many segments as it needs: what Linux keeps in
 * {@code sk_buff} and {@code tcp_skb_cb}. It waits in the {@link WriteQueue}; once sent, it is linked into the retransmit
 * queue by sequence and, while it is neither SACKed nor lost, into the list by time of sending which RACK walks.
 * {@link SkbSegments} cuts it. Pooled by {@link SkBuffPool}.
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
    /** Bits of the TCP header: ACK, PSH, FIN, SYN with ECE and CWR. */
    public int tcp_flags;

    public int sacked;
    /** Segments in this buffer (Linux: tcp_gso_segs); 0 until it is about to be sent. */
    public int pcount;
    /** Payload of each segment but the last; 0 if there is one segment (Linux: tcp_gso_size). */
    public int gso_size;
    /** A record ends here (MSG_EOR): nothing is appended, and it is not merged with what follows. */
    public boolean eor;
    /** Memory in bytes that it is charged for: its payload, {@link SkBuffPool#overhead} and what pages have beside payload. */
    public int truesize;
    /** Its page fragments if pages of the application are among them (Linux: skb_zcopy()), or else null. */
    public SkbFrags frags;
    /** Transmissions of it that the host's queues or NIC have not let go (Linux: a clone is busy). */
    public int inHost;
    /** Counts the uses of this object, so that a late completion does not take it for its successor. */
    int generation;
    /** When it was sent last, in nanoseconds of the host's clock (Linux: skb_mstamp_ns). */
    public long skb_mstamp_ns;

    /** State of the sender's delivery when it was sent (Linux: tcp_skb_cb.tx). */
    public boolean tx_is_app_limited;

    public int tx_delivered;
    public int tx_delivered_ce;
    public int tx_in_flight;
    public long tx_first_tx_mstamp;
    public long tx_delivered_mstamp;

    /** Neighbours in the write queue or in the retransmit queue. */
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

    /** Which use of this pooled object is current. */
    public int generation() {
        return generation;
    }

    /** Bytes of payload (Linux: skb->len of a buffer without header). */
    public int payloadBytes() {
        return end_seq - seq - (tcp_flags & TcpSegment.FIN) - ((tcp_flags & TcpSegment.SYN) >> 1);
    }
}
