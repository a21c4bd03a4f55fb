package org.bpfsim.scenario.run;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a batch is.
 *
 * @param doneRuns runs that are done, those of an earlier start included
 * @param totalRuns runs of the plan
 * @param fraction of this start's work that is done, from 0 to 1, running runs counted in part
 * @param elapsed since this start
 */
public record Progress(int doneRuns, int totalRuns, double fraction, Duration elapsed) {
    /** Below this an estimate would only jump about. */
    private static final double LEAST_FRACTION = 0.005;

    /** How much longer it will take if it goes on like this. */
    public Optional<Duration> timeLeft() {
        if (fraction < LEAST_FRACTION) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - fraction) / fraction)));
    }
}
