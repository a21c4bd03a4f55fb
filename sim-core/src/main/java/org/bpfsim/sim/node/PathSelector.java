package org.bpfsim.sim.node;

import org.bpfsim.sim.packet.Packet;

/** Says which of several equal paths a packet takes. Asked for each packet, so it must give a flow one answer. */
@FunctionalInterface
public interface PathSelector {
    /** @return the path's index, from 0 to {@code paths - 1} */
    int select(Packet packet, int paths);
}
