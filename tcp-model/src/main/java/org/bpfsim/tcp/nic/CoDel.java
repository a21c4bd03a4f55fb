package org.bpfsim.tcp.nic;

import org.bpfsim.sim.packet.Ecn;

/**
 * Keeps one queue short: drops or marks at its head once the delay was above the target for an interval, and at a rate that
 * grows with the square root of the number of drops (RFC 8289; Linux 6.12, include/net/codel_impl.h). Where the RFC takes a
 * square root, so do we; Linux approximates it by Newton steps in 16 bits. Hot path: no allocation.
 */
final class CoDel {
    /** Intervals after which the rate of an earlier episode is forgotten. */
    private static final int MEMORY = 16;

    private final long targetNs;
    private final long intervalNs;
    private final boolean ecn;
    private final long ceThresholdNs;
    /** As many bytes may always wait. */
    private final int mtu;

    private boolean dropping;
    private int count;
    private int lastCount;
    private long firstAboveNs;
    private long nextDropNs;
    private long delayNs;
    private long marks;

    /** The queue that it keeps short. */
    interface Queue {
        /** Takes the first packet out, or returns null. */
        TxPacket poll();

        /** Bytes that wait in the whole discipline, as Linux has it, not in this queue alone. */
        long backlogBytes();

        void drop(TxPacket packet);
    }

    CoDel(QdiscOptions.FqCodelOptions options, int mtu) {
        targetNs = options.targetNs();
        intervalNs = options.intervalNs();
        ecn = options.ecn();
        ceThresholdNs = options.ceThresholdNs();
        this.mtu = mtu;
    }

    /** Packets marked CE. */
    long marks() {
        return marks;
    }

    /** So many packets were dropped because the queue was full: the signal is to become stronger. */
    void overflowed(int packets) {
        count += packets;
    }

    /** The next packet of a queue, or null. */
    TxPacket dequeue(Queue queue, long nowNs) {
        TxPacket packet = queue.poll();
        if (packet == null) {
            firstAboveNs = 0;
            dropping = false;
            return null;
        }
        boolean bad = isBad(packet, queue, nowNs);
        if (dropping) {
            if (!bad) {
                dropping = false;
            } else {
                packet = goOn(packet, queue, nowNs);
            }
        } else if (bad) {
            packet = begin(packet, queue, nowNs);
        }
        if (packet != null && delayNs > ceThresholdNs) {
            mark(packet);
        }
        return packet;
    }

    /** In the dropping state: drops as many as are due. */
    private TxPacket goOn(TxPacket first, Queue queue, long nowNs) {
        TxPacket packet = first;
        while (dropping && nowNs >= nextDropNs) {
            count++;
            if (mark(packet)) {
                nextDropNs = controlLaw(nextDropNs);
                return packet;
            }
            queue.drop(packet);
            packet = queue.poll();
            if (isBad(packet, queue, nowNs)) {
                nextDropNs = controlLaw(nextDropNs);
            } else {
                dropping = false;
            }
        }
        return packet;
    }

    /** Enters the dropping state, at about the rate that an episode not long ago ended with. */
    private TxPacket begin(TxPacket first, Queue queue, long nowNs) {
        TxPacket packet = first;
        if (!mark(packet)) {
            queue.drop(packet);
            packet = queue.poll();
            isBad(packet, queue, nowNs);
        }
        dropping = true;
        int sinceLast = count - lastCount;
        boolean isRecent = nowNs - nextDropNs < MEMORY * intervalNs;
        count = sinceLast > 1 && isRecent ? sinceLast : 1;
        lastCount = count;
        nextDropNs = controlLaw(nowNs);
        return packet;
    }

    /** Whether the delay has been above the target for an interval. */
    private boolean isBad(TxPacket packet, Queue queue, long nowNs) {
        if (packet == null) {
            firstAboveNs = 0;
            return false;
        }
        delayNs = nowNs - packet.enqueuedNs;
        if (delayNs < targetNs || queue.backlogBytes() <= mtu) {
            firstAboveNs = 0;
            return false;
        }
        if (firstAboveNs == 0) {
            firstAboveNs = nowNs + intervalNs;
            return false;
        }
        return nowNs > firstAboveNs;
    }

    private boolean mark(TxPacket packet) {
        boolean isCapable = packet.segment.ecn != Ecn.NOT_ECT;
        if (!ecn || !isCapable) {
            return false;
        }
        packet.segment.ecn = Ecn.CE;
        marks++;
        return true;
    }

    private long controlLaw(long ns) {
        return ns + (long) (intervalNs / StrictMath.sqrt(count));
    }
}
