/**
 * Puts a program and the functions that it calls into one piece of code.
 *
 * <pre>
 * Linker         lays the functions out, points calls at them
 * LinkedProgram  the result: code by slot, what lies outside the object still open
 * </pre>
 * Whoever numbers instructions (the verifier, the interpreter, the compiler) counts the slots of a {@code LinkedProgram}.
 */
package org.bpfsim.bpf.link;
