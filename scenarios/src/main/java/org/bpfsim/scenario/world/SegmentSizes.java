package org.bpfsim.scenario.world;

/**
 * How many bytes segments have on the wire.
 *
 * @param headerBytes IP and TCP headers with the options of a data segment, and what the link adds
 * @param synBytes a whole SYN
 * @param mssBytes the most payload of a segment
 */
record SegmentSizes(int headerBytes, int synBytes, int mssBytes) {
    /** Ethernet's preamble 8, header 14, check sequence 4 and gap 12 (IEEE 802.3). */
    static final int LINK_OVERHEAD_BYTES = 38;

    static final int MTU_BYTES = 1500;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    /** RFC 7323 with the padding that everybody uses (appendix A). */
    private static final int TIMESTAMPS_OPTION = 12;
    /** MSS 4, window scale 3 with a NOP, SACK permitted in the timestamps' padding or with two NOPs. */
    private static final int SYN_OPTIONS = 8;

    static SegmentSizes of(boolean ipv6, boolean timestamps) {
        int ip = ipv6 ? IPV6_HEADER : IPV4_HEADER;
        int options = timestamps ? TIMESTAMPS_OPTION : 0;
        int header = ip + TCP_HEADER + options;
        return new SegmentSizes(
                header + LINK_OVERHEAD_BYTES, header + SYN_OPTIONS + LINK_OVERHEAD_BYTES, MTU_BYTES - header);
    }

    /** Bytes on the wire of a full segment. */
    int fullBytes() {
        return headerBytes + mssBytes;
    }

    /** Full segments before the last one. */
    long fullSegments(long payloadBytes) {
        return (payloadBytes - 1) / mssBytes;
    }

    /** Bytes on the wire of the last segment of so much payload, which is at least 1. */
    int lastBytes(long payloadBytes) {
        return headerBytes + (int) (payloadBytes - fullSegments(payloadBytes) * mssBytes);
    }

    /** Bytes on the wire for a byte of payload, in long flows. */
    double expansion() {
        return (double) fullBytes() / mssBytes;
    }
}
