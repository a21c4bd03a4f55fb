package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;

/** A plan of a network, valid by construction. */
public interface Topology {
    /** How many hosts the network has. */
    int hostCount();

    /**
     * Builds the network; hosts are attached to it afterwards.
     *
     * @param seed from which each switch derives its own ECMP seed
     */
    Network build(Scheduler scheduler, long seed);
}
