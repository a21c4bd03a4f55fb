package org.bpfsim.bpf.compiler;

import java.util.List;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.isa.Instruction;

/**
 * What is compiled: a program as the interpreter would run it, and what is known of it.
 *
 * @param decoded the interpreter's form, for the places of faults
 * @param code by slot; the immediate of a call is an index into {@code callees}
 * @param callees helpers and kfuncs
 * @param calleeNames their names, by the same index
 */
public record CompilerInput(
        DecodedProgram decoded, Instruction[] code, HelperFunction[] callees, List<String> calleeNames) {}
