package org.bpfsim.tcp.sock;

/**
 * Buffers that were sent and not acknowledged: one list by sequence (Linux: tcp_rtx_queue) and one by time of
 * sending that leaves out SACKed and lost ones (Linux: tsorted_sent_queue), both through the {@link SkBuff}s
 * themselves. Hot path: no allocation.
 */
public final class RtxQueue extends SkbList {
    private SkBuff tsHead;
    private SkBuff tsTail;

    /** The one whose last transmission is the oldest, or null. */
    public SkBuff sentFirst() {
        return tsHead;
    }

    /** Adds a segment sent for the first time. */
    @Override
    public void append(SkBuff skb) {
        super.append(skb);
        tsAppend(skb);
    }

    /** Puts {@code second} behind {@code first} in both lists: a segment was split. */
    @Override
    public void insertAfter(SkBuff first, SkBuff second) {
        super.insertAfter(first, second);
        if (first.tsLinked) {
            second.tsLinked = true;
            second.tsPrev = first;
            second.tsNext = first.tsNext;
            if (first.tsNext == null) {
                tsTail = second;
            } else {
                first.tsNext.tsPrev = second;
            }
            first.tsNext = second;
        }
    }

    /** Takes a segment out of both lists. */
    @Override
    public void unlink(SkBuff skb) {
        super.unlink(skb);
        tsRemove(skb);
    }

    /** It was sent (again): moves it to the end of the list by time. */
    public void tsAppend(SkBuff skb) {
        tsRemove(skb);
        skb.tsLinked = true;
        skb.tsPrev = tsTail;
        if (tsTail == null) {
            tsHead = skb;
        } else {
            tsTail.tsNext = skb;
        }
        tsTail = skb;
    }

    /** It was SACKed or marked lost: RACK need not look at it. */
    public void tsRemove(SkBuff skb) {
        if (!skb.tsLinked) {
            return;
        }
        skb.tsLinked = false;
        if (skb.tsPrev == null) {
            tsHead = skb.tsNext;
        } else {
            skb.tsPrev.tsNext = skb.tsNext;
        }
        if (skb.tsNext == null) {
            tsTail = skb.tsPrev;
        } else {
            skb.tsNext.tsPrev = skb.tsPrev;
        }
        skb.tsPrev = null;
        skb.tsNext = null;
    }
}
