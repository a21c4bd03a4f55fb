package org.bpfsim.sim.link;

/**
 * Room and marking of one port's queue. Only packets that wait count, not the one being transmitted; bytes are wire
 * bytes. {@link #UNLIMITED} switches a limit or a threshold off.
 *
 * @param limitPackets a packet that would be one more than this many waiting ones is dropped
 * @param limitBytes a packet that would make more than this many waiting bytes is dropped
 * @param markPackets an ECN-capable packet that finds at least this many waiting is marked (see {@link Port})
 * @param markBytes an ECN-capable packet that finds at least this many bytes waiting is marked
 */
public record QueueSpec(long limitPackets, long limitBytes, long markPackets, long markBytes) {
    /** No limit, or no marking. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Never drops, never marks. */
    public static final QueueSpec UNBOUNDED = new QueueSpec(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    public QueueSpec {
        if (limitPackets < 0 || limitBytes < 0 || markPackets < 0 || markBytes < 0) {
            throw new IllegalArgumentException("negative limit or threshold: packets " + limitPackets + " bytes "
                    + limitBytes + " mark packets " + markPackets + " mark bytes " + markBytes);
        }
    }

    public QueueSpec withLimitPackets(long packets) {
        return new QueueSpec(packets, limitBytes, markPackets, markBytes);
    }

    public QueueSpec withLimitBytes(long bytes) {
        return new QueueSpec(limitPackets, bytes, markPackets, markBytes);
    }

    public QueueSpec withMarkPackets(long packets) {
        return new QueueSpec(limitPackets, limitBytes, packets, markBytes);
    }

    public QueueSpec withMarkBytes(long bytes) {
        return new QueueSpec(limitPackets, limitBytes, markPackets, bytes);
    }
}
