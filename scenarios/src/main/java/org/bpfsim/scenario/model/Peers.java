package org.bpfsim.scenario.model;

/** Whom a client chooses as server, each of them with the same probability. */
public enum Peers {
    /** Any other host. */
    ANY,
    /** Any other host of its own rack. */
    SAME_RACK,
    /** Any host of any other rack. */
    ANY_OTHER_RACK,
    /** Any other host of its own pod or datacenter. */
    SAME_POD,
    /** Any host of any other pod or datacenter. */
    ANY_OTHER_POD
}
