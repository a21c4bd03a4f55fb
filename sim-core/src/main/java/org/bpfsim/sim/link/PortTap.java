package org.bpfsim.sim.link;

import org.bpfsim.sim.packet.Packet;

/** Sees the packets of one port. A tap must neither change nor keep a packet. */
public interface PortTap {
    /**
     * A packet was accepted; its transmission begins at {@code startPs}, now or later. Starts never go backwards, and
     * nothing after this call changes the packet before it arrives.
     */
    default void onTransmit(long nowPs, long startPs, Packet packet) {}

    /** A packet has arrived at the other end of the link and is about to be handed to the node there. */
    default void onArrival(long nowPs, Packet packet) {}

    /** A packet was refused: the queue or the shared buffer was full, or the loss injector took it. */
    default void onDrop(long nowPs, Packet packet) {}
}
