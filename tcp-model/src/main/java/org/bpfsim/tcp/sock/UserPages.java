package org.bpfsim.tcp.sock;

/**
 * Memory of an application that is sent without being copied (MSG_ZEROCOPY): elements of an iovec, walked page by page
 * (Linux 6.12, zerocopy_fill_skb_from_iter() in net/core/datagram.c). Each element begins at the start of a page of 4096
 * bytes, and no two of them touch.
 */
public final class UserPages {
    /** Bytes of a page on x86-64. */
    public static final int PAGE_BYTES = 4096;

    private final long[] elements;
    private int element;
    private long offset;

    /** @param elements bytes of each element; none is negative */
    public UserPages(long... elements) {
        this.elements = elements.clone();
        for (long bytes : elements) {
            if (bytes < 0) {
                throw new IllegalArgumentException("an element of an iovec has " + bytes + " bytes; give 0 or more");
            }
        }
    }

    /** Goes past so many bytes. */
    public void skip(long bytes) {
        long left = bytes;
        while (left > 0) {
            left -= take((int) Math.min(left, PAGE_BYTES));
        }
    }

    /** Goes past the next bytes that lie in one page, but not more than {@code most}; returns how many. */
    public int take(int most) {
        while (element < elements.length && offset == elements[element]) {
            element++;
            offset = 0;
        }
        if (element == elements.length) {
            throw new IllegalStateException("a write takes more bytes than its iovec has");
        }
        long leftInPage = PAGE_BYTES - offset % PAGE_BYTES;
        int bytes = (int) Math.min(most, Math.min(leftInPage, elements[element] - offset));
        offset += bytes;
        return bytes;
    }
}
