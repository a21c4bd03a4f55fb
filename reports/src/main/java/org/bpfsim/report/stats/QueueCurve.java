package org.bpfsim.report.stats;

import java.util.List;

/**
 * Queue depth over time of one class of port.
 *
 * @param ports ports in the class
 * @param points in order of time
 */
public record QueueCurve(String portClass, long ports, List<Point> points) {
    /** Makes the list immutable. */
    public QueueCurve {
        points = List.copyOf(points);
    }

    /**
     * Queue depth in bytes at (or, if there were too many samples to draw, from) a time.
     *
     * @param timeNs simulated time in nanoseconds
     * @param meanBytes mean over the ports, averaged over replications
     * @param lowBytes 10% quantile over replications of the mean over ports
     * @param highBytes 90% quantile over replications of the mean over ports
     * @param maxBytes deepest queue of any port, averaged over replications
     */
    public record Point(long timeNs, double meanBytes, double lowBytes, double highBytes, double maxBytes) {}
}
