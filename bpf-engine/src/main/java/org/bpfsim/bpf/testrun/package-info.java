/**
 * Programs run outside a simulation: bytes in, a verdict out.
 *
 * <pre>
 * BareProgram        instructions and a piece of memory
 * ConformancePlugin  the public bpf_conformance suite's protocol
 * </pre>
 */
package org.bpfsim.bpf.testrun;
