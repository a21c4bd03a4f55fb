/**
 * What hosts do: when flows start, between whom, how large they are, and which arm they belong to.
 *
 * <pre>
 * PublishedSizes     distributions from the literature
 * SizeDistribution   draws flow sizes, knows their mean
 * ArmAssignment      flow identity -> arm, by a seeded hash
 * </pre>
 * Random numbers come from streams named after what they drive, so that adding a consumer shifts no other.
 */
package org.bpfsim.scenario.workload;
