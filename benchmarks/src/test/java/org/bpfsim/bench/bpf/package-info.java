/**
 * Speed of BPF programs.
 *
 * <pre>
 * PlainPrograms           loops and a filter that any eBPF runtime can run, and files of them for others
 * PlainProgramBenchmark   ns per call of each, compiled and interpreted
 * BestOfRounds            their best times, for a machine that is not idle
 * CongAvoidBenchmark      an ACK by the kernel's bpf_cubic and by the native cubic
 * </pre>
 */
package org.bpfsim.bench.bpf;
