package org.bpfsim.scenario.model;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What the author of a scenario expects a metric to do; a report says whether it did.
 *
 * @param group of flows or ports: {@code all}, {@code le-10KB}, {@code same-rack}, {@code leaf-down}
 * @param arm whose value it is about
 * @param against the arm that it is compared with
 * @param in which runs
 * @param direction where the arm's value lies from the other's; empty if only {@code value} is expected
 * @param by how far, as a fraction of the other's value
 * @param value what the arm's own value is, in the unit of the result tables
 */
public record Expectation(
        Score metric,
        String group,
        String arm,
        String against,
        Where in,
        Optional<Direction> direction,
        Optional<Range> by,
        Optional<Range> value) {

    /** Which runs are compared. */
    public enum Where {
        /** The mixed experiment. */
        AB,
        /** Everybody in one arm beside everybody in the other. */
        ROLLOUT
    }

    /** Where a value lies from another. */
    public enum Direction {
        LOWER,
        HIGHER,
        /** No further than {@code by} on either side. */
        SAME
    }

    /**
     * A range with its ends.
     *
     * @param high empty: no end
     */
    public record Range(BigDecimal low, Optional<BigDecimal> high) {}
}
