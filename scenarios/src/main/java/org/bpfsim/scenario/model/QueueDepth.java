package org.bpfsim.scenario.model;

/**
 * How full a queue is, counted in one of two ways.
 *
 * @param amount how many
 * @param unit of what
 */
public record QueueDepth(long amount, Unit unit) {
    /** What is counted. */
    public enum Unit {
        /** Bytes on the wire. */
        BYTES,
        /** Packets, whatever their size. */
        PACKETS
    }

    public QueueDepth {
        if (amount < 0) {
            throw new IllegalArgumentException("negative queue depth " + amount);
        }
    }

    /** As people write it. */
    @Override
    public String toString() {
        return unit == Unit.PACKETS ? amount + " packets" : amount + "B";
    }
}
