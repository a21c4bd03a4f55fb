package org.bpfsim.bpf.verifier;

/**
 * A program that the verifier accepted; only it makes these.
 */
public final class VerifiedProgram {
    private final VerifierInput input;
    private final VerifierStatistics statistics;
    private final String log;

    VerifiedProgram(VerifierInput input, VerifierStatistics statistics, String log) {
        this.input = input;
        this.statistics = statistics;
        this.log = log;
    }

    public VerifierInput input() {
        return input;
    }

    public VerifierStatistics statistics() {
        return statistics;
    }

    /** The log at the level that was asked for. */
    public String log() {
        return log;
    }
}
