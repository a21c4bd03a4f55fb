package org.bpfsim.tcp.sock;

/**
 * A list of buffers in the order of their sequence numbers. Hot path: no allocation: they are linked through themselves, so a
 * buffer is in one such list at a time.
 */
public abstract sealed class SkbList permits RtxQueue, WriteQueue {
    private SkBuff head;
    private SkBuff tail;

    /** The oldest by sequence, or null. */
    public final SkBuff head() {
        return head;
    }

    /** The newest by sequence, or null. */
    public final SkBuff tail() {
        return tail;
    }

    public final boolean isEmpty() {
        return head == null;
    }

    public final boolean hasSingle() {
        return head != null && head == tail;
    }

    /** Adds a buffer at the end. */
    public void append(SkBuff skb) {
        skb.prev = tail;
        skb.next = null;
        if (tail == null) {
            head = skb;
        } else {
            tail.next = skb;
        }
        tail = skb;
    }

    /** Puts {@code second} behind {@code first}, of which it is the rest. */
    public void insertAfter(SkBuff first, SkBuff second) {
        second.prev = first;
        second.next = first.next;
        if (first.next == null) {
            tail = second;
        } else {
            first.next.prev = second;
        }
        first.next = second;
    }

    /** Takes a buffer out. */
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
    }
}
