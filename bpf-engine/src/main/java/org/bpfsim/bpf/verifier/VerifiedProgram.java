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

    VerifiedProgram(VerifierInput input, VerifierStatistics statistics, String log, BitSet reached) {
        this.input = input;
        this.statistics = statistics;
        this.log = log;
        this.reached = (BitSet) reached.clone();
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

    /** The log at the level that was asked for. */
    public String log() {
        return log;
    }
}
