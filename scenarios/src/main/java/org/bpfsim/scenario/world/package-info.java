/**
 * One run: what the scenario describes, built and set in motion.
 *
 * <pre>
 * Programs       ELF objects loaded once, for all runs and hosts     ProgramLoader: from files, on trial
 * Simulation     runs a world to its end and gathers its tables      Supervision: who watches
 * Capture        runs a world and writes what passes at some places, for Wireshark
 * MapViews       runs a world to an instant and shows its maps
 * World          everything in one run, put together
 * Networks, HostAddresses   the scenario's network as sim-core builds it
 * Traffic        starts flows                                        PeerChoice: with whom
 * Applications   the programs at both ends of a flow                 Connector: what Traffic needs of them
 * Ledger         keeps the books: measured flows, arms, the end      Flow, IdealFct, SegmentSizes
 * RunSite        what applications that talk in frames need of the run
 * </pre>
 * Everything here belongs to one run and one thread, except {@link org.bpfsim.scenario.world.Programs}, which is
 * immutable and shared.
 */
package org.bpfsim.scenario.world;
