/**
 * From an object to running programs.
 *
 * <pre>
 * BpfEnvironment    the kernel: types, program families, configuration
 * ProgramFamily     a kind of program: sections, context, helpers, kfuncs, rights
 * Loader            BpfObject -> LinkedProgram (Linker) -> RelocatedProgram (Relocator) -> LoadedObject
 * Reachability      what a program cannot reach need not exist
 * LoadedObject      relocated and bound; shared by all instances
 * BpfInstance       its maps on one simulated kernel
 * BpfProgram        ready to run
 * StructOpsMap      an implementation of a struct of function pointers
 * </pre>
 * A verifier judges a {@code RelocatedProgram}; a compiler takes the interpreter's place behind it.
 */
package org.bpfsim.bpf.program;
