package org.bpfsim.bpf.interpreter;

/**
 * What compiled code needs to tell where it was stopped.
 *
 * @param program in the interpreter's form: its locations are those of the compiled code
 * @param behind by slot, how many instructions of its basic block come after it: compiled code counts them all when it enters the
 *     block
 */
public record FaultTable(DecodedProgram program, int[] behind) {}
