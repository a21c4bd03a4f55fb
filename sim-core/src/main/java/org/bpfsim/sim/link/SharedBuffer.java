package org.bpfsim.sim.link;

import java.util.ArrayList;
import java.util.List;

/**
 * The packet memory that the ports of one switch share, divided by dynamic thresholds: a packet may join a port's queue
 * while that queue is shorter than {@code alpha} times the memory that is free (Choudhury and Hahne: Dynamic Queue
 * Length Thresholds for Shared-Memory Packet Switches, IEEE/ACM Transactions on Networking 6(2), 1998), and if the
 * memory holds it. With n ports busy each settles at alpha / (1 + n * alpha) of the memory.
 *
 * <p>Hot path: no allocation. Ports learn only when they look that packets have left, so the memory in use may be
 * overstated. A packet that is admitted even so is admitted by the true figure as well; only when it would be refused
 * are all ports brought up to date and the question asked again. The outcome is that of exact book-keeping.
 */
public final class SharedBuffer {
    private final long capacityBytes;
    private final double alpha;
    private final List<Port> ports = new ArrayList<>();
    /** Waiting bytes of all ports, as of each port's last look: never less than the truth. */
    private long usedBytes;

    /**
     * @param capacityBytes size of the memory, positive
     * @param alpha share of the free memory that one queue may take, positive; switches use powers of two, 1/128 to 8
     */
    public SharedBuffer(long capacityBytes, double alpha) {
        if (capacityBytes <= 0 || !(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("buffer of " + capacityBytes + " bytes, alpha " + alpha);
        }
        this.capacityBytes = capacityBytes;
        this.alpha = alpha;
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    public double alpha() {
        return alpha;
    }

    /** Bytes of all waiting packets of all ports at this instant. */
    public long usedBytes() {
        refreshAll();
        return usedBytes;
    }

    void join(Port port) {
        ports.add(port);
    }

    /** Whether a packet may join a queue of so many waiting bytes; the caller has just brought that queue up to date. */
    boolean admits(long queueBytes, int packetBytes) {
        if (admitsByCount(queueBytes, packetBytes)) {
            return true;
        }
        refreshAll();
        return admitsByCount(queueBytes, packetBytes);
    }

    void take(int bytes) {
        usedBytes += bytes;
    }

    void give(long bytes) {
        usedBytes -= bytes;
    }

    private boolean admitsByCount(long queueBytes, int packetBytes) {
        long free = capacityBytes - usedBytes;
        return packetBytes <= free && queueBytes < alpha * free;
    }

    private void refreshAll() {
        for (int i = 0; i < ports.size(); i++) {
            ports.get(i).refresh();
        }
    }
}
