package org.bpfsim.tcp.segment;

/** Writes IPv6 addresses as RFC 5952 asks: lower case, no leading zeros, the longest run of zero groups as "::". */
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static String format(long hi, long lo) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            long half = i < 4 ? hi : lo;
            groups[i] = (int) (half >>> 16 * (3 - i % 4)) & 0xffff;
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int j = i;
            while (j < GROUPS && groups[j] == 0) {
                j++;
            }
            if (j - i > runLength) {
                runStart = i;
                runLength = j - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
            } else {
                if (i > 0 && i != runStart + runLength) {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
