package org.bpfsim.tcp.segment;

import java.util.Arrays;
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

    /** Where urgent data ends, if URG is set (RFC 9293, section 3.8.5). */
    public int urgentPointer;

    public boolean hasTimestamps;
    public int tsval;
    public int tsecr;

    /** MSS option in a SYN, or 0. */
    public int mss;
    /** Window scale option in a SYN, or -1. */
    public int wscale = -1;

    /** Fast Open option in a SYN, or null. */
    public FastOpenCookie fastOpen;

    public boolean sackPermitted;
    public int sackCount;
    /** Start and end of each SACK block. */
    public final int[] sacks = new int[2 * MAX_SACKS];

    /**
     * Bytes of options that the stack itself does not read, padded with NOPs to a multiple of four: written by BPF programs
     * (see {@link #makeExtraOptions}), behind all others.
     */
    public int extraOptionBytes;
    /** Those options; null until the first time that this object carries any. */
    byte[] extraOptions;

    /** Bytes of payload. */
    public int length;
    /**
     * Payload of each segment into which this one is to be cut on its way out, or from which it was put together on its
     * way in; 0 for a segment as it is on the wire (Linux: skb_shared_info.gso_size).
     */
    public int gsoSize;
    /** Number of those segments, 1 if {@link #gsoSize} is 0. */
    public int gsoSegs = 1;
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

    /**
     * Makes room for options of others, all of it NOPs at first.
     *
     * @param bytes a multiple of four, at most what the options so far leave of 40
     */
    public void makeExtraOptions(int bytes) {
        if ((bytes & 3) != 0 || optionBytes() - extraOptionBytes + bytes > TcpOptions.MAX_BYTES) {
            throw new AssertionError(bytes + " bytes of further options in " + this);
        }
        if (extraOptions == null) {
            extraOptions = new byte[TcpOptions.MAX_BYTES];
        }
        extraOptionBytes = bytes;
        Arrays.fill(extraOptions, 0, bytes, (byte) TcpOptions.NOP);
    }

    /** Fills the beginning of that room. */
    public void setExtraOptions(byte[] from, int offset, int bytes) {
        System.arraycopy(from, offset, extraOptions, 0, bytes);
    }

    /** Takes over another segment's options of that kind. */
    public void copyExtraOptions(TcpSegment from) {
        if (from.extraOptionBytes > 0) {
            makeExtraOptions(from.extraOptionBytes);
            setExtraOptions(from.extraOptions, 0, from.extraOptionBytes);
        } else {
            extraOptionBytes = 0;
        }
    }

    /** Whether there is an option that the stack does not know (Linux: rx_opt.saw_unknown). */
    public boolean hasUnknownOption() {
        for (int i = 0; i < extraOptionBytes; i++) {
            if (extraOptions[i] != TcpOptions.NOP) {
                return extraOptions[i] != TcpOptions.END;
            }
        }
        return false;
    }

    /** Bytes of TCP header with options. */
    public int tcpHeaderBytes() {
        return TCP_HEADER_BYTES + optionBytes();
    }

    /** Bytes of IP header. */
    public int ipHeaderBytes() {
        return dst.isV4() ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
    }

    /** Writes the TCP header with its options, the checksum being 0; returns its length. */
    public int writeTcpHeader(byte[] buffer, int offset) {
        return WireFormat.writeTcpHeader(this, buffer, offset) - offset;
    }

    /** Writes IP and TCP header, the TCP checksum being 0; returns their length. The segment must be sealed. */
    public int writeHeaders(byte[] buffer, int offset) {
        return WireFormat.writeHeaders(this, buffer, offset) - offset;
    }

    /** Bytes of options, a multiple of four. */
    public int optionBytes() {
        return TcpOptions.bytes(this);
    }

    /** Sets the sizes that the network counts, once all header fields are set. */
    public void seal(int linkOverheadBytes) {
        ipBytes = ipHeaderBytes() + tcpHeaderBytes() + length;
        wireBytes = ipBytes + linkOverheadBytes;
    }

    /** Takes over all of another segment's header but its number. */
    public void copyHeader(TcpSegment other) {
        srcHost = other.srcHost;
        dstHost = other.dstHost;
        flowHash = other.flowHash;
        ecn = other.ecn;
        dscp = other.dscp;
        src = other.src;
        dst = other.dst;
        srcPort = other.srcPort;
        dstPort = other.dstPort;
        seq = other.seq;
        ack = other.ack;
        flags = other.flags;
        window = other.window;
        hasTimestamps = other.hasTimestamps;
        tsval = other.tsval;
        tsecr = other.tsecr;
        mss = other.mss;
        wscale = other.wscale;
        fastOpen = other.fastOpen;
        sackPermitted = other.sackPermitted;
        sackCount = other.sackCount;
        for (int i = 0; i < 2 * sackCount; i++) {
            sacks[i] = other.sacks[i];
        }
        copyExtraOptions(other);
        payload = other.payload;
        payloadOffset = other.payloadOffset;
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
        for (int i = 0; i < extraOptionBytes; i++) {
            h = mix(h ^ extraOptions[i]);
        }
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
        urgentPointer = 0;
        hasTimestamps = false;
        mss = 0;
        wscale = -1;
        fastOpen = null;
        sackPermitted = false;
        sackCount = 0;
        extraOptionBytes = 0;
        length = 0;
        gsoSize = 0;
        gsoSegs = 1;
        payload = null;
    }
}
