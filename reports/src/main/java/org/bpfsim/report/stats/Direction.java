package org.bpfsim.report.stats;

/** Which way of a metric is good. */
public enum Direction {
    LOWER_IS_BETTER,
    HIGHER_IS_BETTER,
    /** Neither way is good in itself, as with ECN marks. */
    NEUTRAL
}
