/**
 * Simulated time and the order in which things happen: the root of the simulator.
 *
 * <pre>
 * SimTime      picoseconds in a long, and their conversions
 * Event        something that happens at a point of time; armed, postponed, cancelled
 * Scheduler    the clock and the ordered list of pending events; one per run
 * Fingerprint  a hash of all that happened, to compare two runs
 * </pre>
 *
 * Everything else hangs below: {@link org.bpfsim.sim.packet} what travels, {@link org.bpfsim.sim.link} ports, queues and
 * links, {@link org.bpfsim.sim.node} switches, {@link org.bpfsim.sim.topology} whole networks,
 * {@link org.bpfsim.sim.random} random streams, {@link org.bpfsim.sim.pcap} captures. None of them knows TCP or BPF.
 */
package org.bpfsim.sim;
