package org.bpfsim.report.stats;

import org.bpfsim.report.stats.MetricTable.Cohort;

/**
 * Tells where events are too rare for a t-test. In a small arm no flow may have had a time-out by luck alone; all of
 * its values are then zero, their variance is zero too, and a t-test would take the luck for certainty. Stricter than
 * Cochran's rule for contingency tables (five events; "Some methods for strengthening the common chi-squared tests",
 * Biometrics 10, 1954), since events of one run depend on one another, both arms must be expected to have had ten
 * events if they were alike.
 */
final class RareEvents {
    static final double MIN_EXPECTED_EVENTS = 10;

    private static final double UNITS_PER_RTO_COUNT = 1000;

    private final MetricTable table;

    RareEvents(MetricTable table) {
        this.table = table;
    }

    /** True if a metric counts events and there are too few of them to compare these two. */
    boolean tooFew(Metric metric, Cohort base, Cohort other) {
        if (!countsEvents(metric.measure())) {
            return false;
        }
        double[] baseSeen = seen(metric, base);
        double[] otherSeen = seen(metric, other);
        double events = baseSeen[0] + otherSeen[0];
        if (events == 0) {
            return false;
        }
        double share = Math.min(baseSeen[1], otherSeen[1]) / (baseSeen[1] + otherSeen[1]);
        return events * share < MIN_EXPECTED_EVENTS;
    }

    private static boolean countsEvents(Measure measure) {
        return measure == Measure.UNFINISHED
                || measure == Measure.RTOS
                || isShareOfSegments(measure)
                || isOfRequests(measure);
    }

    private static boolean isOfRequests(Measure measure) {
        return measure == Measure.UNANSWERED || measure == Measure.DEADLINE_MISSES || measure == Measure.REQUEST_RTOS;
    }

    private static boolean isShareOfSegments(Measure measure) {
        return measure == Measure.RETRANSMITTED || measure == Measure.ECN_MARKED;
    }

    private double[] exposed(Measure measure, Cohort cohort) {
        if (isShareOfSegments(measure)) {
            return table.deliveredSegments(cohort);
        }
        if (measure == Measure.UNFINISHED) {
            return table.finiteFlows(cohort);
        }
        return isOfRequests(measure) ? table.measuredRequests(cohort) : table.measuredFlows(cohort);
    }

    /** Events, and the flows, requests or segments that could have had them, over all replications. */
    private double[] seen(Metric metric, Cohort cohort) {
        double[] values = table.values(cohort, metric);
        double[] exposed = exposed(metric.measure(), cohort);
        boolean isRtoCount = metric.measure() == Measure.RTOS || metric.measure() == Measure.REQUEST_RTOS;
        double perUnit = isRtoCount ? UNITS_PER_RTO_COUNT : 1;
        double[] seen = new double[2];
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                seen[0] += values[i] / perUnit * exposed[i];
                seen[1] += exposed[i];
            }
        }
        return seen;
    }
}
