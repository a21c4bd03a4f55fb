/**
 * Whole-run benchmarks: the workloads that other simulators run too, printed as one JSON line.
 *
 * <pre>
 * BulkFlows     network, hosts and flows of a benchmark; runs them and measures
 * Permutation   every host of a fat-tree sends to one other
 * Incast        many hosts send to one
 * BenchResult   what came out
 * ProcessCost   CPU time and memory, as the operating system counts them
 * </pre>
 *
 * JMH benchmarks of single parts are in the test sources; {@code benchmarks/jmh} runs them.
 */
package org.bpfsim.bench;
