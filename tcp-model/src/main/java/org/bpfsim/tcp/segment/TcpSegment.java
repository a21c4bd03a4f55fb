package org.bpfsim.tcp.segment;

import org.bpfsim.sim.packet.Packet;

/**
 * A TCP segment in an IPv4 or IPv6 packet: header fields as fields, options as they are sent by Linux. Payload is a
 * length; its bytes exist only if {@link #payload} is set.
 *
 * <p>Hot path: no allocation. Segments come from a {@link SegmentPool} and go back there by {@link #release()}.
 */
public final class TcpSegment extends Packet {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    /** Most SACK blocks that fit into the options beside nothing else (RFC 2018, section 3). */
    public static final int MAX_SACKS = 4;

    static final int TCP_HEADER_BYTES = 20;
    static final int IPV4_HEADER_BYTES = 20;
    static final int IPV6_HEADER_BYTES = 40;

    public IpAddress src;
    public IpAddress dst;
    public int srcPort;
    public int dstPort;
    public int seq;
    public int ack;
    public int flags;
    /** As in the header: before scaling. */
    public int window;

    public boolean hasTimestamps;
    public int tsval;
    public int tsecr;

    /** MSS option in a SYN, or 0. */
    public int mss;
    /** Window scale option in a SYN, or -1. */
    public int wscale = -1;

    public boolean sackPermitted;
    public int sackCount;
    /** Start and end of each SACK block. */
    public final int[] sacks = new int[2 * MAX_SACKS];

    /** Bytes of payload. */
    public int length;
    /** Where real bytes of the payload are, or null. */
    public Payload payload;
    /** Where in {@link #payload} this segment's bytes begin. */
    public long payloadOffset;

    TcpSegment nextFree;
    private final SegmentPool pool;

    TcpSegment(SegmentPool pool) {
        this.pool = pool;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** One past the last sequence number that the segment occupies; SYN and FIN occupy one each. */
    public int endSeq() {
        return seq + length + (flags & FIN) + ((flags & SYN) >> 1);
    }

    /** Adds a SACK block; the caller sees to it that there is room. */
    public void addSack(int start, int end) {
        sacks[2 * sackCount] = start;
        sacks[2 * sackCount + 1] = end;
        sackCount++;
    }

    /** Bytes of options, a multiple of four. */
    public int optionBytes() {
        return TcpOptions.bytes(this);
    }

    /** Sets the sizes that the network counts, once all header fields are set. */
    public void seal(int linkOverheadBytes) {
        int ipHeader = dst.isV4() ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
        ipBytes = ipHeader + TCP_HEADER_BYTES + optionBytes() + length;
        wireBytes = ipBytes + linkOverheadBytes;
    }

    @Override
    public void release() {
        pool.give(this);
    }

    @Override
    public int writeTo(byte[] buffer, int offset) {
        return WireFormat.write(this, buffer, offset);
    }

    @Override
    public long traceHash() {
        long h = (long) seq << 32 | ack & 0xffff_ffffL;
        h = mix(h ^ ((long) srcPort << 48 | (long) dstPort << 32 | (long) flags << 24 | (long) ecn << 22 | length));
        h = mix(h ^ ((long) window << 32 | (long) sackCount << 28 | srcHost & 0xfffffffL));
        return h ^ ((long) tsval << 32 | tsecr & 0xffff_ffffL) * 0x9e3779b97f4a7c15L;
    }

    private static long mix(long h) {
        h *= 0x9e3779b97f4a7c15L;
        return h ^ h >>> 32;
    }

    /** For example {@code S. 100:101 ack 5 win 64240}, in the manner of tcpdump. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String[] names = {"F", "S", "R", "P", ".", "U", "E", "W"};
        for (int i = 0; i < names.length; i++) {
            if ((flags & 1 << i) != 0) {
                text.append(names[i]);
            }
        }
        text.append(' ').append(Integer.toUnsignedString(seq)).append(':').append(Integer.toUnsignedString(endSeq()));
        text.append('(')
                .append(length)
                .append(") ack ")
                .append(Integer.toUnsignedString(ack))
                .append(" win ")
                .append(window);
        for (int i = 0; i < sackCount; i++) {
            text.append(" sack ")
                    .append(Integer.toUnsignedString(sacks[2 * i]))
                    .append(':')
                    .append(Integer.toUnsignedString(sacks[2 * i + 1]));
        }
        return text.toString();
    }

    void clear() {
        id = 0;
        ecn = 0;
        dscp = 0;
        ack = 0;
        flags = 0;
        window = 0;
        hasTimestamps = false;
        mss = 0;
        wscale = -1;
        sackPermitted = false;
        sackCount = 0;
        length = 0;
        payload = null;
    }
}
