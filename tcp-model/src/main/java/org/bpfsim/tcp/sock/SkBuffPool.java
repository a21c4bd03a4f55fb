package org.bpfsim.tcp.sock;

/** A host's free {@link SkBuff}s. Hot path: no allocation once the pool has grown to what is in use at one time. */
public final class SkBuffPool {
    private SkBuff free;
    private long inUse;

    /** A cleared buffer. */
    public SkBuff take() {
        inUse++;
        SkBuff skb = free;
        if (skb == null) {
            skb = new SkBuff();
            skb.truesize = SkBuff.OVERHEAD;
            return skb;
        }
        free = skb.next;
        skb.next = null;
        skb.truesize = SkBuff.OVERHEAD;
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
