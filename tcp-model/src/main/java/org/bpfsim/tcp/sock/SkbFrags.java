package org.bpfsim.tcp.sock;

/**
 * The page fragments of a buffer that holds pages of the application (MSG_ZEROCOPY), of which there is room for a few only
 * (Linux 6.12, skb_shared_info). Copied bytes lie behind one another in pages of the kernel and so share a fragment;
 * buffers with copied bytes only do without this object.
 */
public final class SkbFrags {
    /** MAX_SKB_FRAGS, and net.core.max_skb_frags unless it is set. */
    public static final int MAX = 17;

    private final int[] bytes = new int[MAX];
    private int count;
    private boolean lastIsCopied;

    /** For a buffer to which so many bytes were copied already. */
    public SkbFrags(int copied) {
        if (copied > 0) {
            addCopied(copied);
        }
    }

    /** Fragments in use. */
    public int count() {
        return count;
    }

    /** Whether there is room for another page of the application. */
    public boolean isFull() {
        return count == MAX;
    }

    /** Whether bytes can be copied behind what there is. */
    public boolean takesCopied() {
        return lastIsCopied || !isFull();
    }

    /** Adds bytes in a page of the application; there must be room. */
    public void addPage(int length) {
        bytes[count++] = length;
        lastIsCopied = false;
    }

    /** Adds copied bytes; there must be room. */
    public void addCopied(int length) {
        if (lastIsCopied) {
            bytes[count - 1] += length;
        } else {
            addPage(length);
            lastIsCopied = true;
        }
    }

    /** Keeps the first bytes; returns the fragments of the rest. A page that is cut counts in both (skb_split()). */
    SkbFrags cut(int length) {
        SkbFrags rest = new SkbFrags(0);
        int kept = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            int here = Math.max(0, Math.min(bytes[i], length - before));
            before += bytes[i];
            if (bytes[i] > here) {
                rest.bytes[rest.count++] = bytes[i] - here;
            }
            if (here > 0) {
                bytes[kept++] = here;
            }
        }
        rest.lastIsCopied = lastIsCopied && rest.count > 0;
        lastIsCopied = false; // what follows those bytes is in the rest
        count = kept;
        return rest;
    }
}
