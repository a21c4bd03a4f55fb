package org.bpfsim.tcp.nic;

import org.bpfsim.sim.packet.Ecn;

/**
 * Keeps one queue short: drops or marks at its head once the delay was above the target for an interval, and at a rate that
 * grows with the square root of the number of drops (RFC 8289; Linux 6.12, include/net/codel_impl.h). Where the RFC takes a
 * square root, Linux makes one step of Newton's method per drop, and keeps 16 bits of it: 1/sqrt(2) is 0.5 that way. We follow
 * Linux, and count time as it does, in units of 1,024 ns. Hot path: no allocation.
 */
final class CoDel {
    /** Intervals after which the rate of an earlier episode is forgotten. */
    private static final int MEMORY = 16;

    /** CODEL_SHIFT: from nanoseconds to units. */
    private static final int UNIT_SHIFT = 10;
    /** 1, as a fraction of 16 bits. */
    private static final int ONE = 0xffff;

    private final long target;
    private final long interval;
    private final boolean ecn;
    private final long ceThreshold;
    /** As many bytes may always wait. */
    private final int mtu;

    private boolean dropping;
    private int count;
    private int lastCount;
    /** 1/sqrt(count), as a fraction of 16 bits. */
    private int inverseRoot = ONE;

    private long firstAbove;
    private long nextDrop;
    private long delay;
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
        target = options.targetNs() >> UNIT_SHIFT;
        interval = options.intervalNs() >> UNIT_SHIFT;
        ecn = options.ecn();
        ceThreshold = options.ceThresholdNs() >> UNIT_SHIFT;
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
        long now = nowNs >> UNIT_SHIFT;
        TxPacket packet = queue.poll();
        if (packet == null) {
            firstAbove = 0;
            dropping = false;
            return null;
        }
        boolean bad = isBad(packet, queue, now);
        if (dropping) {
            if (!bad) {
                dropping = false;
            } else {
                packet = goOn(packet, queue, now);
            }
        } else if (bad) {
            packet = begin(packet, queue, now);
        }
        if (packet != null && delay > ceThreshold) {
            mark(packet);
        }
        return packet;
    }

    /** In the dropping state: drops as many as are due. */
    private TxPacket goOn(TxPacket first, Queue queue, long now) {
        TxPacket packet = first;
        while (dropping && now >= nextDrop) {
            count++;
            improveRoot();
            if (mark(packet)) {
                nextDrop = controlLaw(nextDrop);
                return packet;
            }
            queue.drop(packet);
            packet = queue.poll();
            if (isBad(packet, queue, now)) {
                nextDrop = controlLaw(nextDrop);
            } else {
                dropping = false;
            }
        }
        return packet;
    }

    /** Enters the dropping state, at about the rate that an episode not long ago ended with. */
    private TxPacket begin(TxPacket first, Queue queue, long now) {
        TxPacket packet = first;
        if (!mark(packet)) {
            queue.drop(packet);
            packet = queue.poll();
            isBad(packet, queue, now);
        }
        dropping = true;
        int sinceLast = count - lastCount;
        boolean isRecent = now - nextDrop < MEMORY * interval;
        if (sinceLast > 1 && isRecent) {
            count = sinceLast;
            improveRoot();
        } else {
            count = 1;
            inverseRoot = ONE;
        }
        lastCount = count;
        nextDrop = controlLaw(now);
        return packet;
    }

    /** Whether the delay has been above the target for an interval. */
    private boolean isBad(TxPacket packet, Queue queue, long now) {
        if (packet == null) {
            firstAbove = 0;
            return false;
        }
        delay = now - (packet.enqueuedNs >> UNIT_SHIFT);
        if (delay < target || queue.backlogBytes() <= mtu) {
            firstAbove = 0;
            return false;
        }
        if (firstAbove == 0) {
            firstAbove = now + interval;
            return false;
        }
        return now > firstAbove;
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

    /** RFC 8289, section 5.1: the next drop follows after interval/sqrt(count). */
    private long controlLaw(long time) {
        return time + (interval * inverseRoot >>> Short.SIZE);
    }

    /** One step of Newton's method for x = 1/sqrt(n): x (3 - n x^2) / 2, in fractions of 32 bits that wrap. */
    private void improveRoot() {
        long x = (long) inverseRoot << Short.SIZE;
        long square = x * x >>> Integer.SIZE;
        long quarter = (3L << Integer.SIZE) - Integer.toUnsignedLong(count) * square >>> 2;
        inverseRoot = (int) (quarter * x >>> Integer.SIZE - 1 >>> Short.SIZE) & ONE;
    }
}
