package org.bpfsim.tcp.sock;

/**
 * Buffers that wait to be sent for the first time, in order (Linux: sk_write_queue). Hot path: no allocation: they are
 * linked through themselves.
 */
public final class WriteQueue {
    private SkBuff head;
    private SkBuff tail;

    /** The next to be sent, or null (tcp_send_head()). */
    public SkBuff head() {
        return head;
    }

    /** The one to which data is appended, or null (tcp_write_queue_tail()). */
    public SkBuff tail() {
        return tail;
    }

    public boolean isEmpty() {
        return head == null;
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
