package org.bpfsim.scenario.world;

import org.bpfsim.scenario.model.Peers;
import org.bpfsim.sim.topology.Network;

/** Whom a host asks: racks are ranges of host numbers, so a peer is found by counting. */
final class PeerChoice {
    private final int host;
    private final int firstOfRack;
    private final int hostsOfRack;
    private final int hosts;
    private final Peers peers;

    PeerChoice(Peers peers, Network network, int host) {
        this.peers = peers;
        this.host = host;
        this.hosts = network.hostCount();
        this.firstOfRack = host - network.indexInRack(host);
        int end = host;
        while (end < hosts && network.rackOf(end) == network.rackOf(host)) {
            end++;
        }
        this.hostsOfRack = end - firstOfRack;
    }

    /** The peer at point {@code u} of (0, 1), each with the same probability. */
    int choose(double u) {
        return switch (peers) {
            case ANY -> skip((int) (u * (hosts - 1)), host, 1);
            case SAME_RACK -> skip(firstOfRack + (int) (u * (hostsOfRack - 1)), host, 1);
            case ANY_OTHER_RACK -> skip((int) (u * (hosts - hostsOfRack)), firstOfRack, hostsOfRack);
        };
    }

    /** Counts on over those that are left out. */
    private static int skip(int index, int firstLeftOut, int leftOut) {
        return index < firstLeftOut ? index : index + leftOut;
    }
}
