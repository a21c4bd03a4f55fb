package org.bpfsim.tcp.segment;

import java.util.Arrays;

/**
 * Writes a segment as it would be on the wire, with its checksums: RFC 791, RFC 8200 and RFC 9293 (section 3.1). Only
 * captures need that.
 */
final class WireFormat {
    private static final int PROTOCOL_TCP = 6;
    private static final int TTL = 64;
    private static final int DONT_FRAGMENT = 0x4000;

    private WireFormat() {}

    static int write(TcpSegment s, byte[] b, int at) {
        Arrays.fill(b, at, at + s.ipBytes, (byte) 0);
        boolean v4 = s.dst.isV4();
        int tcpAt = v4 ? writeIpv4(s, b, at) : writeIpv6(s, b, at);
        int tcpBytes = s.ipBytes - (tcpAt - at);
        writeTcp(s, b, tcpAt);
        long pseudo = pseudoHeaderSum(b, at, v4, tcpBytes);
        Bytes.put16(b, tcpAt + 16, Bytes.fold(Bytes.sum(b, tcpAt, tcpBytes, pseudo)));
        return s.ipBytes;
    }

    /** IP and TCP header without the TCP checksum; returns the offset behind them. */
    static int writeHeaders(TcpSegment s, byte[] b, int at) {
        Arrays.fill(b, at, at + s.ipHeaderBytes() + s.tcpHeaderBytes(), (byte) 0);
        int tcpAt = s.dst.isV4() ? writeIpv4(s, b, at) : writeIpv6(s, b, at);
        return writeTcpHeader(s, b, tcpAt);
    }

    private static int writeIpv4(TcpSegment s, byte[] b, int at) {
        b[at] = 0x45;
        b[at + 1] = (byte) (s.dscp << 2 | s.ecn);
        Bytes.put16(b, at + 2, s.ipBytes);
        Bytes.put16(b, at + 4, (int) s.id & 0xffff);
        Bytes.put16(b, at + 6, DONT_FRAGMENT);
        b[at + 8] = TTL;
        b[at + 9] = PROTOCOL_TCP;
        Bytes.put32(b, at + 12, s.src.v4Bits());
        Bytes.put32(b, at + 16, s.dst.v4Bits());
        Bytes.put16(b, at + 10, Bytes.fold(Bytes.sum(b, at, TcpSegment.IPV4_HEADER_BYTES, 0)));
        return at + TcpSegment.IPV4_HEADER_BYTES;
    }

    private static int writeIpv6(TcpSegment s, byte[] b, int at) {
        int trafficClass = s.dscp << 2 | s.ecn;
        Bytes.put32(b, at, 6 << 28 | trafficClass << 20 | s.flowHash & 0xfffff);
        Bytes.put16(b, at + 4, s.ipBytes - TcpSegment.IPV6_HEADER_BYTES);
        b[at + 6] = PROTOCOL_TCP;
        b[at + 7] = TTL;
        Bytes.put64(b, at + 8, s.src.hi());
        Bytes.put64(b, at + 16, s.src.lo());
        Bytes.put64(b, at + 24, s.dst.hi());
        Bytes.put64(b, at + 32, s.dst.lo());
        return at + TcpSegment.IPV6_HEADER_BYTES;
    }

    private static void writeTcp(TcpSegment s, byte[] b, int at) {
        int o = writeTcpHeader(s, b, at);
        if (s.payload != null) {
            s.payload.copyTo(s.payloadOffset, s.length, b, o);
        }
    }

    /** The header with checksum 0; returns the offset behind it. */
    static int writeTcpHeader(TcpSegment s, byte[] b, int at) {
        Bytes.put16(b, at, s.srcPort);
        Bytes.put16(b, at + 2, s.dstPort);
        Bytes.put32(b, at + 4, s.seq);
        Bytes.put32(b, at + 8, s.ack);
        int headerWords = s.tcpHeaderBytes() / 4;
        b[at + 12] = (byte) (headerWords << 4);
        b[at + 13] = (byte) s.flags;
        Bytes.put16(b, at + 14, s.window);
        Bytes.put32(b, at + 16, s.urgentPointer);
        return TcpOptions.write(s, b, at + TcpSegment.TCP_HEADER_BYTES);
    }

    private static long pseudoHeaderSum(byte[] b, int ipAt, boolean v4, int tcpBytes) {
        long addresses = v4 ? Bytes.sum(b, ipAt + 12, 8, 0) : Bytes.sum(b, ipAt + 8, 32, 0);
        return addresses + PROTOCOL_TCP + tcpBytes;
    }
}
