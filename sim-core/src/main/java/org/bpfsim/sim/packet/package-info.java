/**
 * Packets as the network sees them.
 *
 * <pre>
 * Packet  what links, queues and switches need to know of a packet
 * Ecn     the four codepoints of the IP header's ECN field (RFC 3168, section 5)
 * </pre>
 */
package org.bpfsim.sim.packet;
