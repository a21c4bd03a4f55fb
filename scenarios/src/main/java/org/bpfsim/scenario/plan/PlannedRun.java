package org.bpfsim.scenario.plan;

/**
 * One simulation to do.
 *
 * @param id short and readable: {@code r0007}, its number in the plan
 * @param variant who is treated
 * @param replication from 0; runs of one replication share their random numbers
 * @param identity hash of all that determines the result
 */
public record PlannedRun(String id, Variant variant, int replication, String identity) {}
