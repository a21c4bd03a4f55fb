/**
 * One run: what the scenario describes, built and set in motion.
 *
 * <pre>
 * Programs       ELF objects loaded once, for all runs and hosts; installs them in a host's kernel
 * World          network, hosts, cgroups and traffic of one run
 * Simulation     runs a world to its end and gathers its tables
 * </pre>
 * Everything here belongs to one run and one thread, except {@link org.bpfsim.scenario.world.Programs}, which is
 * immutable and shared.
 */
package org.bpfsim.scenario.world;
