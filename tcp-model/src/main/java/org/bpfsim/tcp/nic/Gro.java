package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * Puts segments together that one interrupt brings and that differ in nothing but their place in the stream, so that TCP
 * sees one of many segments, and acknowledges it once (GRO; Linux 6.12, tcp_gro_receive() in net/ipv4/tcp_offload.c).
 *
 * <p>A segment that is the first of its kind is held until one comes that does not continue it, or the interrupt's segments
 * are at an end. PSH, FIN and a segment smaller than the first end what is held. Hot path: no allocation.
 */
public final class Gro {
    /** Flows of which something is held: 8 chains (GRO_HASH_BUCKETS) of 8 (MAX_GRO_SKBS). */
    private static final int MOST_HELD = 64;

    private static final int MAX_SIZE = 65_536;
    private static final int ENDING = TcpSegment.FIN | TcpSegment.PSH;
    private static final int NOT_HELD = ENDING | TcpSegment.SYN | TcpSegment.RST | TcpSegment.URG;

    /** Where packets go. */
    public interface Up {
        void deliver(TcpSegment segment);
    }

    private final TcpSegment[] held = new TcpSegment[MOST_HELD];
    private int count;

    /** Takes a segment in. */
    public void receive(TcpSegment segment, Up up) {
        int at = find(segment);
        if (at >= 0) {
            TcpSegment first = held[at];
            if (continues(first, segment)) {
                boolean ends = segment.length < first.gsoSize || (segment.flags & NOT_HELD) != 0;
                append(first, segment);
                if (ends) {
                    up.deliver(remove(at));
                }
                return;
            }
            up.deliver(remove(at));
        }
        if (segment.length == 0 || (segment.flags & NOT_HELD) != 0) {
            up.deliver(segment);
            return;
        }
        if (count == MOST_HELD) {
            up.deliver(remove(0));
        }
        segment.gsoSize = segment.length;
        held[count++] = segment;
    }

    /** The interrupt has brought no more: lets go what is held, in the order in which it came. */
    public void flush(Up up) {
        for (int i = 0; i < count; i++) {
            TcpSegment segment = held[i];
            held[i] = null;
            up.deliver(single(segment));
        }
        count = 0;
    }

    private int find(TcpSegment s) {
        for (int i = 0; i < count; i++) {
            TcpSegment h = held[i];
            if (h.srcPort == s.srcPort && h.dstPort == s.dstPort && h.src.equals(s.src) && h.dst.equals(s.dst)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean continues(TcpSegment first, TcpSegment s) {
        return s.length > 0
                && s.length <= first.gsoSize
                && s.seq == first.seq + first.length
                && first.ipBytes + s.length < MAX_SIZE
                && ((first.flags ^ s.flags) & ~ENDING) == 0
                && (s.flags & TcpSegment.CWR) == 0
                && s.ack == first.ack
                && s.window == first.window
                && s.ecn == first.ecn
                && s.dscp == first.dscp
                && hasSameOptions(first, s);
    }

    private static boolean hasSameOptions(TcpSegment a, TcpSegment b) {
        return a.hasTimestamps == b.hasTimestamps
                && (!a.hasTimestamps || a.tsval == b.tsval && a.tsecr == b.tsecr)
                && a.sackCount == 0
                && b.sackCount == 0
                && a.extraOptionBytes == 0
                && b.extraOptionBytes == 0;
    }

    private static void append(TcpSegment first, TcpSegment s) {
        first.length += s.length;
        first.ipBytes += s.length;
        first.wireBytes += s.wireBytes;
        first.flags |= s.flags & ENDING;
        first.gsoSegs++;
        s.release();
    }

    private TcpSegment remove(int at) {
        TcpSegment segment = held[at];
        count--;
        System.arraycopy(held, at + 1, held, at, count - at);
        held[count] = null;
        return single(segment);
    }

    /** One that nothing was put to is a plain segment again. */
    private static TcpSegment single(TcpSegment segment) {
        if (segment.gsoSegs == 1) {
            segment.gsoSize = 0;
        }
        return segment;
    }
}
