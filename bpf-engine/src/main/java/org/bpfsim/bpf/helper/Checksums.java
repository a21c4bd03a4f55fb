package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.Errno;

/** Internet checksums (RFC 1071) as Linux keeps them: 32-bit sums in one's complement, not folded. */
public final class Checksums {
    private static final long U32 = 0xffff_ffffL;

    /** Linux 6.12: struct bpf_scratchpad in net/core/filter.c. */
    private static final int MAX_DIFFERENCE_BYTES = 512;

    private Checksums() {}

    /** {@code bpf_csum_diff}: the sum after {@code from} is replaced by {@code to}. */
    static long difference(HelperCall call, long from, long fromBytes, long to, long toBytes, long seed) {
        boolean wrong = ((fromBytes | toBytes) & 3) != 0 || fromBytes < 0 || toBytes < 0;
        if (wrong || fromBytes + toBytes > MAX_DIFFERENCE_BYTES) {
            return -Errno.EINVAL;
        }
        long sum = seed & U32;
        for (int i = 0; i < fromBytes; i += 4) {
            sum = add(sum, ~call.load(from + i, 4) & U32);
        }
        for (int i = 0; i < toBytes; i += 4) {
            sum = add(sum, call.load(to + i, 4));
        }
        return sum;
    }

    /** The sum of two 32-bit sums. */
    public static long add(long a, long b) {
        long sum = a + b;
        return (sum & U32) + (sum >>> 32);
    }

    /** A 16-bit checksum field for a 32-bit sum. */
    public static int fold(long sum) {
        long folded = (sum & 0xffff) + (sum >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) (~folded & 0xffff);
    }

    /** A checksum field after a part of what it covers was changed from {@code from} to {@code to} (RFC 1624). */
    public static int replaced(int field, long from, long to) {
        return fold(add(add(~(long) field & 0xffff, ~from & U32), to & U32));
    }
}
