package org.bpfsim.tcp.sock;

/** A host's free {@link SkBuff}s. Hot path: no allocation once the pool has grown to what is in use at one time. */
public final class SkBuffPool {
    /** On x86-64: sk_buff (256) and skb_shared_info (320). */
    private static final int SKB_AND_SHARED_INFO = 256 + 320;

    private int overhead;
    private SkBuff free;
    private long inUse;

    SkBuffPool(int headBytes) {
        setHeadBytes(headBytes);
    }

    /** Sets the room for headers in each buffer (MAX_TCP_HEADER). */
    void setHeadBytes(int bytes) {
        overhead = SKB_AND_SHARED_INFO + bytes;
    }

    /** Bytes that a buffer costs beside its payload (6.12, tcp_stream_alloc_skb() in net/ipv4/tcp.c). */
    public int overhead() {
        return overhead;
    }

    /** A cleared buffer. */
    public SkBuff take() {
        inUse++;
        SkBuff skb = free;
        if (skb == null) {
            skb = new SkBuff();
            skb.truesize = overhead;
            return skb;
        }
        free = skb.next;
        skb.next = null;
        skb.truesize = overhead;
        return skb;
    }

    /** Takes it back; the caller must have unlinked it. */
    public void give(SkBuff skb) {
        inUse--;
        skb.sacked = 0;
        skb.tcp_flags = 0;
        skb.pcount = 0;
        skb.gso_size = 0;
        skb.eor = false;
        skb.frags = null;
        skb.inHost = 0;
        skb.generation++;
        skb.tx_is_app_limited = false;
        skb.tx_delivered_mstamp = 0;
        skb.prev = null;
        skb.next = free;
        free = skb;
    }

    /** How many are out; zero when all sockets of the host are closed. */
    public long inUse() {
        return inUse;
    }
}
