/**
 * All runs of an experiment, on all cores of one machine.
 *
 * <pre>
 * Runner       does what the plan lacks, one run per thread; can be stopped, and goes on where it stood
 * RunBody      what a run does: the simulation, or a stand-in in tests
 * Progress     how far it is, for a progress bar
 * Outcome      what it came to
 * Reproducer   repeats an experiment from its result folder and compares bytes
 * </pre>
 * Only progress knows the wall clock; results do not depend on it, nor on the number of threads.
 */
package org.bpfsim.scenario.run;
