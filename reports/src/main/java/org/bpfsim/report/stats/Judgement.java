package org.bpfsim.report.stats;

import java.util.Optional;
import org.bpfsim.report.data.Expectation;

/**
 * What became of an expectation.
 *
 * @param metric what it speaks of
 * @param paired the arm beside the other; empty if only the arm's own value is expected
 * @param mean the arm's own value, over replications; NaN without data
 * @param interval of that mean; empty below two replications
 */
public record Judgement(
        Expectation expectation,
        Metric metric,
        Outcome outcome,
        Optional<PairedEffect> paired,
        double mean,
        Optional<Interval> interval) {

    /** Whether it held. */
    public enum Outcome {
        AS_EXPECTED,
        NOT_AS_EXPECTED,
        /** The interval leaves it open, or there are too few data. */
        CANNOT_TELL
    }
}
