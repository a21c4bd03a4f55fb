package org.bpfsim.scenario.run;

/**
 * How far a batch is.
 *
 * @param doneRuns runs that are done, those of an earlier start included
 * @param totalRuns runs of the plan
 * @param fraction of this start's work that is done, from 0 to 1, running runs counted in part
 */
public record Progress(int doneRuns, int totalRuns, double fraction) {}
