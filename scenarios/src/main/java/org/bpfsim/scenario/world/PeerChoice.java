package org.bpfsim.scenario.world;

import java.util.function.IntUnaryOperator;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.sim.topology.Network;

/** Whom a host asks: racks and pods are ranges of host numbers, so a peer is found by counting. */
final class PeerChoice {
    private final int first;
    private final int candidates;
    private final int firstLeftOut;
    private final int leftOut;

    PeerChoice(Peers peers, Network network, int host) {
        int hosts = network.hostCount();
        switch (peers) {
            case SAME_RACK, SAME_POD -> {
                IntUnaryOperator group = peers == Peers.SAME_RACK ? network::rackOf : network::podOf;
                first = first(group, host);
                candidates = end(group, host, hosts) - first - 1;
                firstLeftOut = host;
                leftOut = 1;
            }
            case ANY_OTHER_RACK, ANY_OTHER_POD -> {
                IntUnaryOperator group = peers == Peers.ANY_OTHER_RACK ? network::rackOf : network::podOf;
                first = 0;
                firstLeftOut = first(group, host);
                leftOut = end(group, host, hosts) - firstLeftOut;
                candidates = hosts - leftOut;
            }
            default -> {
                first = 0;
                candidates = hosts - 1;
                firstLeftOut = host;
                leftOut = 1;
            }
        }
    }

    /** The peer at point {@code u} of (0, 1), each with the same probability. */
    int choose(double u) {
        int index = first + (int) (u * candidates);
        return index < firstLeftOut ? index : index + leftOut;
    }

    /** The first host of the same group. */
    private static int first(IntUnaryOperator group, int host) {
        int first = host;
        while (first > 0 && group.applyAsInt(first - 1) == group.applyAsInt(host)) {
            first--;
        }
        return first;
    }

    /** One past the last host of the same group. */
    private static int end(IntUnaryOperator group, int host, int hosts) {
        int end = host;
        while (end < hosts && group.applyAsInt(end) == group.applyAsInt(host)) {
            end++;
        }
        return end;
    }
}
