/**
 * Runs programs by the plain reading of the instruction set, every access checked.
 *
 * <pre>
 * DecodedProgram  a program as the interpreter reads it; shared
 * Machine         address space, stack and arguments of one run; what helpers see
 * Interpreter     the instructions                                     hot path
 * CompiledCode    a program as Java bytecode; CompiledRun: what it works on          hot path
 * Atomics         atomic operations                                    hot path
 * </pre>
 */
package org.bpfsim.bpf.interpreter;
