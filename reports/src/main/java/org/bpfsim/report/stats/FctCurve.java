package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * Distribution of flow completion times, or of latencies of requests, of one arm over all replications.
 *
 * @param flows completed flows, or answered requests, behind the curve
 * @param points quantiles at fixed probabilities, denser towards 1
 */
public record FctCurve(String arm, int flows, List<Point> points) {
    private static final int STEPS = 200;
    private static final int TAIL_STEPS = 10;

    /** Makes the list immutable. */
    public FctCurve {
        points = List.copyOf(points);
    }

    /** The share {@code probability} of the flows completed within {@code fctNs} nanoseconds. */
    public record Point(double probability, double fctNs) {}

    static FctCurve of(String arm, double[] sorted) {
        List<Point> points = new ArrayList<>();
        if (sorted.length > 0) {
            for (int i = 0; i < STEPS; i++) {
                points.add(point(sorted, (double) i / STEPS));
            }
            double last = (double) (STEPS - 1) / STEPS;
            for (int i = 1; i <= TAIL_STEPS; i++) {
                points.add(point(sorted, last + (1 - last) * i / TAIL_STEPS));
            }
        }
        return new FctCurve(arm, sorted.length, points);
    }

    private static Point point(double[] sorted, double probability) {
        return new Point(probability, Quantiles.type7(sorted, probability));
    }
}
