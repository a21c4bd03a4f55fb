package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.sock.HostKernel;

/**
 * A queueing discipline at the root of a host's egress (Linux: struct Qdisc). Its counters are those of {@code tc -s qdisc}.
 */
public abstract class Qdisc {
    /** {@link #nextDepartureNs} if nothing waits for a time. */
    static final long NEVER = Long.MAX_VALUE;

    private final Dropped dropped;
    private int packets;
    private long backlogBytes;
    private long drops;
    private long maxBacklogBytes;

    /** Takes back what a discipline drops. */
    interface Dropped {
        void drop(TxPacket packet);
    }

    Qdisc(Dropped dropped) {
        this.dropped = dropped;
    }

    /** Makes the discipline that a host is configured with. */
    static Qdisc of(NicOptions options, HostKernel kernel, Dropped dropped) {
        return switch (options.qdisc().kind()) {
            case PFIFO_FAST -> new PfifoFast(options.txqueuelen(), dropped);
            case FQ -> new FairQueue(options.qdisc().fq(), kernel, dropped);
            case FQ_CODEL -> new FqCodel(options.qdisc().fqCodel(), kernel.mtu, dropped);
        };
    }

    /** Whether a packet may go to the ring at once if nothing waits (TCQ_F_CAN_BYPASS). */
    abstract boolean canBypass();

    /** Takes a packet over, or drops it or another; returns what the sender is told, NET_XMIT_*. */
    abstract int enqueue(TxPacket packet, long nowNs);

    /** The next packet that may go now, or null. */
    abstract TxPacket dequeue(long nowNs);

    /** When the first packet may go if none may now, in nanoseconds of the host's clock. */
    long nextDepartureNs() {
        return NEVER;
    }

    /** Packets that wait; one of many segments counts once. */
    public final int packets() {
        return packets;
    }

    /** Bytes that wait, with Ethernet headers of all segments. */
    public final long backlogBytes() {
        return backlogBytes;
    }

    /** The most bytes that ever waited. */
    public final long maxBacklogBytes() {
        return maxBacklogBytes;
    }

    /** Packets dropped. */
    public final long drops() {
        return drops;
    }

    final void added(TxPacket packet) {
        packets++;
        backlogBytes += packet.bytes;
        maxBacklogBytes = Math.max(maxBacklogBytes, backlogBytes);
    }

    final void removed(TxPacket packet) {
        packets--;
        backlogBytes -= packet.bytes;
    }

    /** Drops a packet, which is in no queue any more. */
    final void drop(TxPacket packet) {
        drops++;
        dropped.drop(packet);
    }
}
