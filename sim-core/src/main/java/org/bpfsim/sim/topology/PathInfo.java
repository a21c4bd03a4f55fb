package org.bpfsim.sim.topology;

import java.util.List;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;

/**
 * The links from one host to another, the sender's NIC first. Where several paths are equal this is one of them.
 *
 * @param links at least one
 */
public record PathInfo(List<LinkSpec> links) {
    public PathInfo {
        links = List.copyOf(links);
        if (links.isEmpty()) {
            throw new IllegalArgumentException("a path has at least one link");
        }
    }

    /** Number of links: 2 within a rack, for example. */
    public int hops() {
        return links.size();
    }

    /** The rate of the slowest link, in bits per second. */
    public long bottleneckBitsPerSec() {
        return links.stream().mapToLong(LinkSpec::rateBitsPerSec).min().orElseThrow();
    }

    /** Time from the first bit's departure to the last bit's arrival of one packet on idle links, in picoseconds. */
    public long oneWayPs(int wireBytes) {
        return trainPs(0, wireBytes, wireBytes);
    }

    /**
     * Time from the first bit's departure to the last bit's arrival of a train of packets sent back to back over idle
     * links and switches that store and forward: {@code fullPackets} of one size, then one of another (smaller) size.
     * What no protocol can beat, so what slowdowns are measured against.
     *
     * @return picoseconds
     */
    public long trainPs(long fullPackets, int fullWireBytes, int lastWireBytes) {
        // On each link the train's i-th full packet ends at (its first packet's end) + (i - 1) * (slowest link so far).
        // The last one starts when it has arrived and the full one before it has left.
        long firstArrivalPs = 0;
        long slowestPs = 0;
        long lastArrivalPs = 0;
        for (LinkSpec link : links) {
            long fullTxPs = SimTime.txTimePs(fullWireBytes, link.rateBitsPerSec());
            long startPs = lastArrivalPs;
            if (fullPackets > 0) {
                slowestPs = Math.max(slowestPs, fullTxPs);
                long lastFullEndPs = firstArrivalPs + fullTxPs + Math.multiplyExact(fullPackets - 1, slowestPs);
                startPs = Math.max(startPs, lastFullEndPs);
                firstArrivalPs += fullTxPs + link.delayPs();
            }
            lastArrivalPs = startPs + SimTime.txTimePs(lastWireBytes, link.rateBitsPerSec()) + link.delayPs();
        }
        return lastArrivalPs;
    }
}
