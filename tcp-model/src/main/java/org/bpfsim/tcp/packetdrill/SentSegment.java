package org.bpfsim.tcp.packetdrill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.tcp.packetdrill.script.TcpOption;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A segment that the host has sent, read from its bytes on the wire.
 *
 * @param timeUs when it left
 */
record SentSegment(
        long timeUs,
        int srcPort,
        int dstPort,
        int tos,
        int flags,
        int seq,
        int ack,
        int window,
        int length,
        List<TcpOption> options) {
    private static final int IPV4_TCP_OFFSET = 20;
    private static final int IPV6_TCP_OFFSET = 40;
    private static final int TCP_HEADER = 20;

    static SentSegment of(TcpSegment s, long timeUs) {
        byte[] packet = new byte[s.ipBytes];
        s.writeTo(packet, 0);
        int tcp = s.dst.isV4() ? IPV4_TCP_OFFSET : IPV6_TCP_OFFSET;
        int headerEnd = tcp + (packet[tcp + 12] >> 4 & 0xf) * 4;
        return new SentSegment(
                timeUs,
                s.srcPort,
                s.dstPort,
                s.dscp << 2 | s.ecn,
                s.flags,
                s.seq,
                s.ack,
                s.window,
                s.length,
                options(packet, tcp + TCP_HEADER, headerEnd));
    }

    boolean isSyn() {
        return (flags & TcpSegment.SYN) != 0;
    }

    /** The same segment in a script's numbers, but for time stamps. */
    SentSegment inScript(Flow flow) {
        int ackOffset = flow.remoteOffset(isSyn());
        boolean hasAck = (flags & TcpSegment.ACK) != 0;
        List<TcpOption> mapped = new ArrayList<>();
        for (TcpOption o : options) {
            mapped.add(o.kind() == TcpOption.SACK ? addTo(o, ackOffset) : o);
        }
        return new SentSegment(
                timeUs,
                srcPort,
                dstPort,
                tos,
                flags,
                seq + flow.localOffset(isSyn()),
                hasAck ? ack + ackOffset : 0,
                window,
                length,
                mapped);
    }

    /** This segment and the one that follows it, as one. */
    SentSegment join(SentSegment next) {
        int joinedFlags = next.flags & ~TcpSegment.CWR | flags & TcpSegment.CWR;
        return new SentSegment(
                next.timeUs,
                srcPort,
                dstPort,
                next.tos,
                joinedFlags,
                seq,
                next.ack,
                next.window,
                length + next.length,
                next.options);
    }

    SentSegment withOptions(List<TcpOption> other) {
        return new SentSegment(timeUs, srcPort, dstPort, tos, flags, seq, ack, window, length, other);
    }

    /** The option of a kind, or null. */
    TcpOption option(int kind) {
        for (TcpOption o : options) {
            if (o.kind() == kind) {
                return o;
            }
        }
        return null;
    }

    private static TcpOption addTo(TcpOption sack, int offset) {
        byte[] data = new byte[sack.dataBytes()];
        for (int i = 0; i < data.length / 4; i++) {
            int edge = sack.word(i) + offset;
            for (int j = 0; j < 4; j++) {
                data[4 * i + j] = (byte) (edge >>> 24 - 8 * j);
            }
        }
        return new TcpOption(TcpOption.SACK, data);
    }

    private static List<TcpOption> options(byte[] b, int from, int to) {
        List<TcpOption> found = new ArrayList<>();
        int at = from;
        while (at < to) {
            int kind = b[at] & 0xff;
            if (kind <= TcpOption.NOP) {
                found.add(new TcpOption(kind, new byte[0]));
                at++;
                continue;
            }
            int bytes = b[at + 1] & 0xff;
            found.add(new TcpOption(kind, Arrays.copyOfRange(b, at + 2, at + bytes)));
            at += bytes;
        }
        return found;
    }
}
