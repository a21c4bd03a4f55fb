package org.bpfsim.scenario.model;

/**
 * The NIC of every host.
 *
 * @param gsoMaxSize most bytes that TCP hands over as one packet, to be cut into segments by the NIC
 * @param gsoMaxSegs most segments of such a packet
 */
public record NicSpec(int gsoMaxSize, int gsoMaxSegs) {}
