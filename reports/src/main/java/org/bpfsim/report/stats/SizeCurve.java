package org.bpfsim.report.stats;

import java.util.List;
import java.util.Optional;

/**
 * Slowdown of one arm by flow size, over the flows of all replications.
 *
 * @param points one per bin that holds enough flows, in order of size
 */
public record SizeCurve(String arm, List<Point> points) {
    /** Makes the list immutable. */
    public SizeCurve {
        points = List.copyOf(points);
    }

    /**
     * One bin of sizes.
     *
     * @param minBytes smallest size in the bin (over all arms)
     * @param maxBytes largest size in the bin
     * @param medianBytes median size in the bin, where it is drawn
     * @param flows flows of this arm in the bin
     * @param p50 median slowdown
     * @param p99 p99 slowdown
     * @param p99Interval 95% percentile-bootstrap interval over replications; absent below two replications
     */
    public record Point(
            long minBytes,
            long maxBytes,
            long medianBytes,
            int flows,
            double p50,
            double p99,
            Optional<Interval> p99Interval) {}
}
