package org.bpfsim.scenario.world;

/** Opens connections for flows. */
interface Connector {
    /** Starts a flow now: the client connects, and both ends do what the flow's direction says. */
    void open(Flow flow);
}
