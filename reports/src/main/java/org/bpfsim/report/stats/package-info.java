/**
 * The statistics: metrics of each arm in each replication, effects with intervals, verdicts in words.
 *
 * <pre>
 * Measure, SizeClass, FlowGroup, Metric   what is measured, its unit, and which direction is good
 * FlowSample, ArmMetrics       one arm of one run, and its metrics
 * RequestSample, RequestMetrics   the same of what applications asked for
 * CpuMetrics                   what an arm's work cost the cores of hosts, and how busy they were
 * NetworkMetrics               queues and links of one run (they belong to no arm)
 * MetricTable                  arm x replication x metric
 * PairedEffect, Holm, Verdict  the inference
 * RareEvents                   where there are too few events for it
 * Judging, Judgement           what became of the author's expectations
 * Effects                      A/B effect, total effect, interference bias, spillover
 * FctCurve, LatencyCurves, SizeCurve, QueueCurve      what the charts draw
 * Scoring, Scorecard           all of it for one result folder
 * </pre>
 *
 * <p><b>The replication is the unit.</b> Flows within a run share queues and depend on one another; runs with different
 * replication numbers do not. Each metric is one number per arm and replication, and every test works on those numbers.
 *
 * <p><b>Pairs.</b> The arms of a replication share network, traffic and random numbers, so that comparisons take the
 * difference within a replication first and Student's t interval over the differences (95%, n-1 degrees of freedom,
 * Commons Math 3). The relative effect has Fieller's interval, which excludes zero exactly when the p-value is below 5%.
 *
 * <p><b>Arms of different size.</b> Sample quantiles of skewed data, and ratios of sums, have a bias that depends on the
 * number of flows: with a 10% arm against an 80% arm, p99 as usually computed (type 7 of Hyndman and Fan, 1996, R's
 * default) finds "effects" where there are none in more than 10% of tests at the 5% level (ten replications,
 * log-normal data). Therefore quantiles are type 7 at a common number of flows (see {@link
 * org.bpfsim.report.stats.Quantiles#matched}) and ratios are corrected by the jackknife (see {@link
 * org.bpfsim.report.stats.Ratios}). A test holds the false-positive rate.
 *
 * <p>docs/statistics.md explains all of this to readers of reports.
 */
package org.bpfsim.report.stats;
