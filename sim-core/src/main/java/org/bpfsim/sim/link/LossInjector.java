package org.bpfsim.sim.link;

import org.bpfsim.sim.packet.Packet;

/** Decides which packets a port loses on purpose, asked once per packet before it is queued. */
@FunctionalInterface
public interface LossInjector {
    /** Whether this packet is to be lost. */
    boolean loses(long nowPs, Packet packet);
}
