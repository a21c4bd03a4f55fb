package org.bpfsim.tcp.segment;

/**
 * The free segments of one run. All hosts of a network share one pool, because who receives a segment gives it back.
 * Hot path: no allocation once the pool has grown to what is under way at one time.
 */
public final class SegmentPool {
    private TcpSegment free;
    private long taken;
    private long given;

    /** A segment without flags, options and payload; its addresses, ports and sequence number are undefined. */
    public TcpSegment take() {
        TcpSegment segment = free;
        if (segment == null) {
            segment = new TcpSegment(this);
        } else {
            free = segment.nextFree;
            segment.nextFree = null;
        }
        segment.id = ++taken;
        return segment;
    }

    void give(TcpSegment segment) {
        given++;
        segment.clear();
        segment.nextFree = free;
        free = segment;
    }

    /** How many segments are under way; zero in an idle network. */
    public long inUse() {
        return taken - given;
    }
}
