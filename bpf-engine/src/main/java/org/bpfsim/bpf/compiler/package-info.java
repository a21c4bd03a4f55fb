/**
 * Programs as Java bytecode: what a program does becomes a hidden class, which HotSpot compiles like any other.
 *
 * <pre>
 * Compiler        the way in: a {@link org.bpfsim.bpf.compiler.CompilerInput} becomes a {@code CompiledCode}
 * ControlGraph    functions and basic blocks: what can be reached
 * Knowledge       what the verifier, the maps and the types of the kernel tell of the program
 * Flow, Kind      what registers and stack slots hold      Place: where a load or store goes
 * StackPlan       which parts of the stack are locals      FunctionPlan: where all variables are
 * Parameters      what the main function takes as Java parameters: a program that stands alone needs nothing else
 * ProgramWriter   the class                                Constants: Java objects that its code names
 * FunctionWriter  a function as one method or several      Locals: numbers of local variables
 * BlockWriter     instructions                             AluWriter, BranchWriter, MemoryWriter, ObjectWriter: by kind
 * </pre>
 *
 * Registers are local variables of type {@code long} that hold what the interpreter's registers hold, addresses too. What runs
 * beside the code, {@code CompiledRun}, is in the interpreter's package, whose machine both share. Why it is so:
 * docs/decisions/0009-compiled-programs.md.
 */
package org.bpfsim.bpf.compiler;
