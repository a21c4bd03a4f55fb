/**
 * Speed of BPF programs.
 *
 * <pre>
 * PlainPrograms           loops and a filter that any eBPF runtime can run, and files of them for others
 * PlainProgramBenchmark   ns per call of each, compiled and interpreted
 * LiveSocket              a socket in congestion avoidance, by the kernel's bpf_cubic or by the native cubic
 * CongAvoidBenchmark      ns per ACK of it
 * BestOfRounds            best and median times of all, for a machine that is not idle
 * </pre>
 */
package org.bpfsim.bench.bpf;
