package org.bpfsim.sim.link;

import java.util.Arrays;
import org.bpfsim.sim.packet.Packet;

/**
 * The packets that a port has accepted and that have not arrived yet, in order: first those in flight, then the one
 * being transmitted, then those that wait. Times are known from the start, so they are kept beside each packet.
 *
 * <p>Hot path: no allocation (but for growth). Positions count up for ever and are masked; four longs per packet lie
 * side by side, so that a step touches one cache line.
 */
final class PacketRing {
    private static final int INITIAL_PACKETS = 4;
    private static final int LONGS_PER_PACKET_LOG2 = 2;
    private static final int START = 0;
    private static final int ARRIVAL = 1;
    private static final int SEQ = 2;
    private static final int BYTES = 3;

    private long[] facts = new long[INITIAL_PACKETS << LONGS_PER_PACKET_LOG2];
    private Packet[] packets = new Packet[INITIAL_PACKETS];
    private int mask = INITIAL_PACKETS - 1;
    /** Position of the packet that arrives next, and of the place behind the last one. */
    private int head;

    private int tail;

    int head() {
        return head;
    }

    int tail() {
        return tail;
    }

    boolean isEmpty() {
        return head == tail;
    }

    void add(Packet packet, long startPs, long arrivalPs, long seq, int bytes) {
        if (tail - head > mask) {
            grow();
        }
        int slot = tail++ & mask;
        packets[slot] = packet;
        int base = slot << LONGS_PER_PACKET_LOG2;
        long[] facts = this.facts;
        facts[base + START] = startPs;
        facts[base + ARRIVAL] = arrivalPs;
        facts[base + SEQ] = seq;
        facts[base + BYTES] = bytes;
    }

    /** Takes out the packet that arrives next. */
    Packet remove() {
        return packets[head++ & mask];
    }

    long startPs(int position) {
        return facts[((position & mask) << LONGS_PER_PACKET_LOG2) + START];
    }

    long arrivalPs(int position) {
        return facts[((position & mask) << LONGS_PER_PACKET_LOG2) + ARRIVAL];
    }

    long seq(int position) {
        return facts[((position & mask) << LONGS_PER_PACKET_LOG2) + SEQ];
    }

    long bytes(int position) {
        return facts[((position & mask) << LONGS_PER_PACKET_LOG2) + BYTES];
    }

    private void grow() {
        int oldMask = mask;
        Packet[] oldPackets = packets;
        long[] oldFacts = facts;
        packets = Arrays.copyOf(packets, packets.length * 2);
        facts = Arrays.copyOf(facts, facts.length * 2);
        mask = packets.length - 1;
        for (int position = head; position != tail; position++) {
            int from = position & oldMask;
            int to = position & mask;
            packets[to] = oldPackets[from];
            System.arraycopy(
                    oldFacts,
                    from << LONGS_PER_PACKET_LOG2,
                    facts,
                    to << LONGS_PER_PACKET_LOG2,
                    1 << LONGS_PER_PACKET_LOG2);
        }
    }
}
