package org.bpfsim.tcp.psock;

/**
 * The pages into which the kernel copies what a process sends, 32 KiB at a time (Linux 6.12: struct page_frag, sk_page_frag() and
 * skb_page_frag_refill() in net/core/sock.c). They decide where a message is cut into pieces. Linux has one for each process, and
 * begins it anew when all that it held is gone; here each socket has its own, and it goes on to its end.
 */
final class PageFrag {
    static final int BYTES = 32_768;
    private static final int LEAST_ROOM = 32;

    private int offset;
    private int number;

    /** Room in the current pages; there is some. */
    int room() {
        if (offset + LEAST_ROOM > BYTES) {
            offset = 0;
            number++;
        }
        return BYTES - offset;
    }

    void use(int bytes) {
        offset += bytes;
    }

    /** Which pages these are. */
    int number() {
        return number;
    }
}
