package org.bpfsim.scenario.plan;

/**
 * One simulation to do.
 *
 * @param id its folder, by replication: {@code r0007} of the experiment itself, {@code r0007-all-control} with everybody in
 *     {@code control}
 * @param variant who is treated
 * @param replication from 0; runs of one replication share their random numbers
 * @param identity hash of all that determines the result
 */
public record PlannedRun(String id, Variant variant, int replication, String identity) {}
