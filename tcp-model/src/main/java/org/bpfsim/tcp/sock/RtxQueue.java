package org.bpfsim.tcp.sock;

/**
 * Buffers that were sent and not acknowledged: one list by sequence (Linux: tcp_rtx_queue) and one by time of
 * sending that leaves out SACKed and lost ones (Linux: tsorted_sent_queue), both through the {@link SkBuff}s
 * themselves. Hot path: no allocation.
 */
public final class RtxQueue {
    private SkBuff head;
    private SkBuff tail;
    private SkBuff tsHead;
    private SkBuff tsTail;

    /** The oldest by sequence, or null. */
    public SkBuff head() {
        return head;
    }

    /** The newest by sequence, or null. */
    public SkBuff tail() {
        return tail;
    }

    /** The one whose last transmission is the oldest, or null. */
    public SkBuff sentFirst() {
        return tsHead;
    }

    public boolean isEmpty() {
        return head == null;
    }

    public boolean hasSingle() {
        return head != null && head == tail;
    }

    /** Adds a segment sent for the first time. */
    public void append(SkBuff skb) {
        skb.prev = tail;
        skb.next = null;
        if (tail == null) {
            head = skb;
        } else {
            tail.next = skb;
        }
        tail = skb;
        tsAppend(skb);
    }

    /** Puts {@code second} behind {@code first} in both lists: a segment was split. */
    public void insertAfter(SkBuff first, SkBuff second) {
        second.prev = first;
        second.next = first.next;
        if (first.next == null) {
            tail = second;
        } else {
            first.next.prev = second;
        }
        first.next = second;
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
    public void unlink(SkBuff skb) {
        if (skb.prev == null) {
            head = skb.next;
        } else {
            skb.prev.next = skb.next;
        }
        if (skb.next == null) {
            tail = skb.prev;
        } else {
            skb.next.prev = skb.prev;
        }
        skb.prev = null;
        skb.next = null;
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
