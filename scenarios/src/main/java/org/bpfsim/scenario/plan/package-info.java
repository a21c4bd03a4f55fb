/**
 * Which runs an experiment has, and what identifies each.
 *
 * <pre>
 * ScenarioJson   a scenario as canonical JSON, for manifests and hashes
 * Variant        who is treated in a run: arms by their shares, or everybody alike
 * Plan           all runs: variants x replications
 * Phases         parts of a run between which programs come or go
 * PlannedRun     one of them, with its identity
 * </pre>
 * A run's identity is a hash of all that determines its result, so that finished runs can be told from stale ones.
 */
package org.bpfsim.scenario.plan;
