package org.bpfsim.bpf.verifier;

import java.util.BitSet;

/**
 * A program that the verifier accepted; only it makes these.
 */
public final class VerifiedProgram {
    private final VerifierInput input;
    private final VerifierStatistics statistics;
    private final String log;
    private final BitSet reached;
    private final Facts facts;

    VerifiedProgram(VerifierInput input, VerifierStatistics statistics, String log, BitSet reached, Facts facts) {
        this.input = input;
        this.statistics = statistics;
        this.log = log;
        this.reached = (BitSet) reached.clone();
        this.facts = facts;
    }

    public VerifierInput input() {
        return input;
    }

    public VerifierStatistics statistics() {
        return statistics;
    }

    /** Whether any path comes to the instruction of a slot; Linux removes the others. */
    public boolean reaches(int slot) {
        return reached.get(slot);
    }

    /** What is known of its pointers and its stack. */
    public Facts facts() {
        return facts;
    }

    /** The log at the level that was asked for. */
    public String log() {
        return log;
    }
}
