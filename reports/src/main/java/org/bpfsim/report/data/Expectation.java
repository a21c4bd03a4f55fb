package org.bpfsim.report.data;

import java.util.Optional;

/**
 * What the author of a scenario expected, as the manifest tells it.
 *
 * @param metric key of the measure
 * @param group key of the group of flows or ports
 * @param arm whose value it is about; may be empty for ports of the mixed experiment
 * @param against the arm that it is compared with
 * @param rollout true: everybody in the one arm against everybody in the other; false: in the mixed experiment
 * @param direction where the arm's value lies from the other's; empty if only {@code value} is expected
 * @param by how far, as a fraction of the other's value
 * @param value the arm's own value, in the unit of the measure
 */
public record Expectation(
        String metric,
        String group,
        String arm,
        String against,
        boolean rollout,
        Optional<Direction> direction,
        Optional<Range> by,
        Optional<Range> value) {

    /** Where a value lies from another. */
    public enum Direction {
        LOWER,
        HIGHER,
        /** No further than {@code by} on either side. */
        SAME
    }

    /** A range with its ends; {@code high} may be infinite. */
    public record Range(double low, double high) {
        /** True if the value lies within, or on an end. */
        public boolean contains(double value) {
            return value >= low && value <= high;
        }
    }
}
