package org.bpfsim.bpf.verifier;

/**
 * What the verification took; the same counters as the last line of the kernel's log.
 *
 * @param processedInsns instructions walked on all paths together (Linux: {@code verified_insns})
 * @param stackDepth bytes of stack per sub-program, as {@code 16+8}
 */
public record VerifierStatistics(
        int processedInsns, int maxStatesPerInsn, int totalStates, int peakStates, String stackDepth) {
    @Override
    public String toString() {
        return "stack depth " + stackDepth + "\nprocessed " + processedInsns
                + " insns (limit 1000000) max_states_per_insn " + maxStatesPerInsn + " total_states " + totalStates
                + " peak_states " + peakStates + " mark_read 0\n";
    }
}
