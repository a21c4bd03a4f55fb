/**
 * From an object to running programs.
 *
 * <pre>
 * BpfEnvironment    the kernel: types, program families, configuration
 * ProgramFamily     a kind of program: sections, context, helpers, kfuncs, rights
 * Loader            BpfObject -> LinkedProgram -> verified and bound: RelocatedProgram (Relocator) -> LoadedObject
 * VerifierAdvice    what a user can do about a refusal
 * LoadedObject      relocated and bound; shared by all instances
 * BpfInstance       its maps on one simulated kernel
 * BpfProgram        ready to run                                    DirectCall: with its arguments as Java parameters
 * StructOpsMap      an implementation of a struct of function pointers
 * </pre>
 * Nothing runs that the verifier has not accepted; what cannot be had here is refused only where the verifier comes to it.
 */
package org.bpfsim.bpf.program;
