package org.bpfsim.sim.link;

import org.bpfsim.sim.packet.Packet;

/** What a link ends in: a host or a switch. */
public interface Node {
    /**
     * Takes over a packet whose last bit has just arrived.
     *
     * @param ingressPort the number that this node gave the link when it was connected
     */
    void receive(Packet packet, int ingressPort);

    /** The name of the node in traces, captures and messages. */
    String name();
}
