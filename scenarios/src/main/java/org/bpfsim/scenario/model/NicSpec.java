package org.bpfsim.scenario.model;

import org.bpfsim.tcp.nic.NicOptions;

/**
 * The NIC of every host.
 *
 * @param gsoMaxSize most bytes that TCP hands over as one packet, to be cut into segments by the NIC
 * @param gsoMaxSegs most segments of such a packet
 * @param queues the queueing discipline and what the NIC itself is set to
 */
public record NicSpec(int gsoMaxSize, int gsoMaxSegs, NicOptions queues) {}
