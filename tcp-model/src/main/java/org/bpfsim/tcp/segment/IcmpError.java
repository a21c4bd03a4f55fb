package org.bpfsim.tcp.segment;

/**
 * An ICMP message about a segment that did not arrive, with the part of its header that the message quotes (RFC 792, RFC
 * 4443, section 2.4).
 *
 * @param type as in the message: of RFC 792 if the addresses are IPv4, else of RFC 4443
 * @param code as in the message
 * @param mtu the next hop's MTU in bytes, where the type has one, else 0
 * @param src where the segment came from: the host that gets the message
 * @param dst where it went to
 * @param seq its first sequence number
 */
public record IcmpError(int type, int code, int mtu, IpAddress src, IpAddress dst, int srcPort, int dstPort, int seq) {
    /** Types of RFC 792. */
    public static final int DEST_UNREACH = 3;

    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETERPROB = 12;

    /** Codes of {@link #DEST_UNREACH}. */
    public static final int NET_UNREACH = 0;

    public static final int HOST_UNREACH = 1;
    public static final int PORT_UNREACH = 3;
    public static final int FRAG_NEEDED = 4;

    /** Types of RFC 4443. */
    public static final int V6_DEST_UNREACH = 1;

    public static final int V6_PKT_TOOBIG = 2;
    public static final int V6_TIME_EXCEED = 3;
    public static final int V6_PARAMPROB = 4;

    /** Codes of {@link #V6_DEST_UNREACH}. */
    public static final int V6_NOROUTE = 0;

    public static final int V6_ADDR_UNREACH = 3;

    /** Whether the segment was too large for a link on its way. */
    public boolean isTooBig() {
        return src.isV4() ? type == DEST_UNREACH && code == FRAG_NEEDED : type == V6_PKT_TOOBIG;
    }

    /** Whether network or host cannot be reached now, which may pass. */
    public boolean isNoRoute() {
        return src.isV4()
                ? type == DEST_UNREACH && (code == NET_UNREACH || code == HOST_UNREACH)
                : type == V6_DEST_UNREACH && (code == V6_NOROUTE || code == V6_ADDR_UNREACH);
    }
}
