package org.bpfsim.sim.link;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Ports that share a buffer, simulated in the plainest way: every start and end of a transmission is carried out in turn.
 * The yardstick for {@link Port} and {@link SharedBuffer}, which do not do that.
 */
final class NaiveQueues {
    enum Verdict {
        ACCEPTED,
        MARKED,
        DROPPED
    }

    private final QueueSpec spec;
    private final long psPerByte;
    private final long capacityBytes;
    private final double alpha;
    private final NaivePort[] ports;

    NaiveQueues(int ports, QueueSpec spec, long psPerByte, long capacityBytes, double alpha) {
        this.spec = spec;
        this.psPerByte = psPerByte;
        this.capacityBytes = capacityBytes;
        this.alpha = alpha;
        this.ports = new NaivePort[ports];
        for (int i = 0; i < ports; i++) {
            this.ports[i] = new NaivePort();
        }
    }

    private final class NaivePort {
        final Deque<Integer> waiting = new ArrayDeque<>();
        boolean busy;
        long endPs;

        void passTo(long nowPs) {
            while (busy && endPs <= nowPs) {
                if (waiting.isEmpty()) {
                    busy = false;
                } else {
                    endPs += waiting.remove() * psPerByte;
                }
            }
        }

        long bytes() {
            return waiting.stream().mapToLong(Integer::longValue).sum();
        }
    }

    long queueBytes(long nowPs, int port) {
        ports[port].passTo(nowPs);
        return ports[port].bytes();
    }

    int queuePackets(long nowPs, int port) {
        ports[port].passTo(nowPs);
        return ports[port].waiting.size();
    }

    long usedBytes(long nowPs) {
        long used = 0;
        for (int i = 0; i < ports.length; i++) {
            used += queueBytes(nowPs, i);
        }
        return used;
    }

    Verdict send(long nowPs, int number, int bytes, boolean ecnCapable) {
        NaivePort port = ports[number];
        long freeBytes = capacityBytes - usedBytes(nowPs);
        int foundPackets = port.waiting.size();
        long foundBytes = port.bytes();
        if (port.busy) {
            boolean dropped = foundPackets >= spec.limitPackets()
                    || foundBytes + bytes > spec.limitBytes()
                    || bytes > freeBytes
                    || foundBytes >= alpha * freeBytes;
            if (dropped) {
                return Verdict.DROPPED;
            }
            port.waiting.add(bytes);
        } else {
            port.busy = true;
            port.endPs = nowPs + bytes * psPerByte;
        }
        boolean marked = ecnCapable && (foundPackets >= spec.markPackets() || foundBytes >= spec.markBytes());
        return marked ? Verdict.MARKED : Verdict.ACCEPTED;
    }
}
