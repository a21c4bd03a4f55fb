package org.bpfsim.tcp.segment;

/** Arithmetic of sequence numbers and timestamps modulo 2^32 (RFC 9293, section 3.4). Nothing else compares them. */
public final class SeqNum {
    private SeqNum() {}

    /** True if a comes before b. */
    public static boolean before(int a, int b) {
        return a - b < 0;
    }

    /** True if a comes after b. */
    public static boolean after(int a, int b) {
        return b - a < 0;
    }

    /** True if low <= x <= high. */
    public static boolean between(int x, int low, int high) {
        return Integer.compareUnsigned(high - low, x - low) >= 0;
    }

    /** The later of two. */
    public static int max(int a, int b) {
        return before(a, b) ? b : a;
    }

    /** The earlier of two. */
    public static int min(int a, int b) {
        return before(a, b) ? a : b;
    }
}
