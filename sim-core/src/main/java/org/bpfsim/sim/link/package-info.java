/**
 * Output ports: a queue, a transmitter and the link to the next node.
 *
 * <pre>
 * LinkSpec      rate and delay of a link
 * QueueSpec     room and ECN threshold of a queue
 * Port          queue + transmitter + link; the same class in NICs and switches
 * SharedBuffer  a switch's memory, divided by dynamic thresholds
 * Node          what a link ends in
 * QueueSampler  looks at queues at a fixed period
 * PortTap       sees a port's packets (captures)
 * LossInjector  loses them on purpose; RandomLoss: at random, singly or in bursts
 * </pre>
 */
package org.bpfsim.sim.link;
