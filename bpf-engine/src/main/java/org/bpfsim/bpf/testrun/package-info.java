/**
 * Programs run outside a simulation: bytes in, a verdict out.
 *
 * <pre>
 * BareProgram        instructions and a piece of memory
 * ObjectRun          a program of an object and a packet
 * TestFamilies       the kernel of test runs: its program types
 * ConformancePlugin  the public bpf_conformance suite's protocol
 * </pre>
 */
package org.bpfsim.bpf.testrun;
