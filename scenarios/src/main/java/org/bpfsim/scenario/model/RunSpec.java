package org.bpfsim.scenario.model;

/**
 * How long and how often.
 *
 * @param warmUpPs simulated before anything is measured
 * @param measurePs flows that start in this interval are measured
 * @param coolDownPs load is kept up for this long after it
 * @param drainPs how long measured flows may go on beyond the measured interval before they count as unfinished
 * @param replications repetitions with other random numbers
 * @param seed of all random numbers
 * @param totalEffect also simulate everybody in control, and everybody in each arm
 * @param samplePs from one sample of all queues to the next
 */
public record RunSpec(
        long warmUpPs,
        long measurePs,
        long coolDownPs,
        long drainPs,
        int replications,
        long seed,
        boolean totalEffect,
        long samplePs) {
    /** When measuring ends. */
    public long measureEndPs() {
        return warmUpPs + measurePs;
    }
}
