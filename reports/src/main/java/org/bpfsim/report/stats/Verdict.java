package org.bpfsim.report.stats;

/**
 * What a comparison says, before it is put in words.
 *
 * @param outcome what was seen
 * @param confirmed false if the outcome rests on the raw p-value alone and does not survive Holm's adjustment
 */
public record Verdict(Outcome outcome, boolean confirmed) {
    private static final double SIGNIFICANCE = 1 - PairedEffect.LEVEL;

    /** What was seen. */
    public enum Outcome {
        BETTER,
        WORSE,
        /** More of something that is neither good nor bad. */
        HIGHER,
        /** Less of something that is neither good nor bad. */
        LOWER,
        NO_DIFFERENCE,
        /** One replication: a point estimate without interval. */
        ESTIMATE_ONLY,
        TOO_FEW_DATA
    }

    /** Judges an effect by its p-value, raw and adjusted, and the direction that is good. */
    public static Verdict of(Direction direction, PairedEffect effect, double holmPValue) {
        if (effect.pairs() == 0) {
            return new Verdict(Outcome.TOO_FEW_DATA, true);
        }
        if (effect.pairs() == 1) {
            return new Verdict(Outcome.ESTIMATE_ONLY, true);
        }
        if (Double.isNaN(effect.pValue())) {
            return new Verdict(Outcome.TOO_FEW_DATA, true);
        }
        if (effect.pValue() > SIGNIFICANCE) {
            return new Verdict(Outcome.NO_DIFFERENCE, true);
        }
        return new Verdict(outcome(direction, effect.difference() > 0), holmPValue <= SIGNIFICANCE);
    }

    private static Outcome outcome(Direction direction, boolean higher) {
        return switch (direction) {
            case NEUTRAL -> higher ? Outcome.HIGHER : Outcome.LOWER;
            case LOWER_IS_BETTER -> higher ? Outcome.WORSE : Outcome.BETTER;
            case HIGHER_IS_BETTER -> higher ? Outcome.BETTER : Outcome.WORSE;
        };
    }

    /** True if a difference was seen, confirmed or not. */
    public boolean sawDifference() {
        return switch (outcome) {
            case BETTER, WORSE, HIGHER, LOWER -> true;
            case NO_DIFFERENCE, ESTIMATE_ONLY, TOO_FEW_DATA -> false;
        };
    }
}
