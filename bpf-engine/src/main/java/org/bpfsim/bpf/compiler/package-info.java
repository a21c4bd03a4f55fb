/**
 * Programs as Java bytecode: what a program does becomes a hidden class, which HotSpot compiles like any other.
 *
 * <pre>
 * Compiler        the way in: a {@link org.bpfsim.bpf.compiler.CompilerInput} becomes a {@code CompiledCode}
 * ControlGraph    functions and basic blocks: what can be reached
 * ProgramWriter   the class                           Constants: Java objects that its code names
 * FunctionWriter  a function as one method or several FunctionPlan: where its variables are
 * BlockWriter     instructions                        AluWriter, BranchWriter: arithmetic, conditions
 * </pre>
 *
 * Registers are local variables of type {@code long} that hold what the interpreter's registers hold. What runs beside the code,
 * {@code CompiledRun}, is in the interpreter's package, whose machine both share.
 */
package org.bpfsim.bpf.compiler;
