/**
 * Scenario files and what becomes of them: from YAML to result tables on disk.
 *
 * <pre>
 * yaml       text -> tree with places; Problem: what a user has to mend
 * schema     every key of a scenario file, described once: binder, JSON Schema, reference
 * model      the scenario as immutable records
 * workload   flow sizes, arrivals, peers, arms: who sends what to whom, and when
 * plan       which runs there are, and what identifies each
 * world      one run: network, hosts, programs, traffic, measurement
 * result     tables and manifest on disk
 * run        all runs on all cores; reproduce
 * </pre>
 * {@link org.bpfsim.scenario.ScenarioLoader} is the way in.
 */
package org.bpfsim.scenario;
