/**
 * How large flows are, and which arm each belongs to.
 *
 * <pre>
 * PublishedSizes     distributions from the literature
 * SizeDistribution   draws flow sizes, knows their mean
 * FlowHash           flow identity -> arm and address family, by a seeded hash
 * </pre>
 * When they start and between whom is decided in {@code world}, from the same values.
 */
package org.bpfsim.scenario.workload;
