package org.bpfsim.scenario.world;

import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.PathInfo;

/**
 * The time that a flow would take if the network were empty and TCP knew no window: what slowdowns are measured
 * against. No flow can be faster: packets are sent back to back at the rate of the links, stored and forwarded by each
 * switch, with their headers; hosts take no time.
 */
final class IdealFct {
    private final Network network;

    IdealFct(Network network) {
        this.network = network;
    }

    /** SYN, SYN-ACK, request and answer, one after the other, in nanoseconds. */
    long rpcNs(int client, int server, long requestBytes, long answerBytes, SegmentSizes sizes) {
        PathInfo there = network.path(client, server);
        PathInfo back = network.path(server, client);
        return SimTime.toNanos(handshakePs(there, back, sizes)
                + trainPs(there, requestBytes, sizes)
                + trainPs(back, answerBytes, sizes));
    }

    /** SYN, SYN-ACK and the data, in nanoseconds. */
    long bulkNs(int client, int server, long bytes, SegmentSizes sizes) {
        PathInfo there = network.path(client, server);
        PathInfo back = network.path(server, client);
        return SimTime.toNanos(handshakePs(there, back, sizes) + trainPs(there, bytes, sizes));
    }

    private static long handshakePs(PathInfo there, PathInfo back, SegmentSizes sizes) {
        return there.oneWayPs(sizes.synBytes()) + back.oneWayPs(sizes.synBytes());
    }

    private static long trainPs(PathInfo path, long payloadBytes, SegmentSizes sizes) {
        return path.trainPs(sizes.fullSegments(payloadBytes), sizes.fullBytes(), sizes.lastBytes(payloadBytes));
    }
}
