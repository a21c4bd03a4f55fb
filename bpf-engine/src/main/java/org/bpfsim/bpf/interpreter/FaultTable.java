package org.bpfsim.bpf.interpreter;

/**
 * What compiled code needs to tell where it was stopped.
 *
 * @param program in the interpreter's form: its locations are those of the compiled code
 * @param executed by slot, how many instructions its function has executed behind it if all before it in order were: compiled code
 *     counts how far it has departed from that
 */
public record FaultTable(DecodedProgram program, long[] executed) {}
