/**
 * Judges programs as Linux 6.12's verifier does, before anything runs.
 *
 * <pre>
 * Verifier            the way in: a {@link VerifierInput} becomes a {@link VerifiedProgram} or a {@link VerifierRefusal}
 * ProgramContext      per family: context, helpers, return range         HelperTable, FamilyRules, ContextLayout
 * StaticCheck         what can be told from one instruction alone        ControlFlow: what from the graph
 * Exploration         walks every path, prunes what is known             StateComparison, Precision
 * State, Frame, Reg   what is known at one point of one path             Ranges, Tnum: what is known of a number
 * AluCheck, ...       effects and obligations by kind of instruction     MemoryCheck, BranchCheck, HelperCheck
 * Facts               what a compiler can use of it        FactCollector: puts it together on the way
 * LinuxFamilies       what Linux gives each family, for comparisons
 * </pre>
 *
 * Behaviour follows Linux 6.12, kernel/bpf/verifier.c, as observed and as documented in docs.kernel.org/bpf/verifier.html;
 * names of states and messages are Linux's, so that what a user knows from {@code bpftool} holds here.
 */
package org.bpfsim.bpf.verifier;
