package org.bpfsim.report.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.report.stats.RequestSample.Kind;

/**
 * The metrics of what applications asked for, of the arms of one replication; all of its samples are given at once, as with
 * {@link ArmMetrics}.
 */
final class RequestMetrics {
    /** A p99.9 needs a request beyond it. */
    static final int MIN_FOR_P999 = 1000;

    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double P999 = 0.999;
    private static final double REQUESTS_PER_RTO_COUNT = 1000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<RequestSample> samples;
    private final Quantiles quantiles;
    private final double measuredNs;

    RequestMetrics(List<RequestSample> replication, Quantiles quantiles, double measuredNs) {
        this.samples = List.copyOf(replication);
        this.quantiles = quantiles;
        this.measuredNs = measuredNs;
    }

    /** Metrics of the sample at that place in the list; what cannot be computed is absent. */
    Map<Metric, Double> of(int place) {
        RequestSample sample = samples.get(place);
        Map<Metric, Double> metrics = new TreeMap<>();
        put(metrics, Measure.LATENCY_MEAN, mean(sample.sortedLatency(Kind.REQUEST)));
        put(metrics, Measure.LATENCY_P50, quantile(place, Kind.REQUEST, MEDIAN, ArmMetrics.MIN_FLOWS_FOR_MEDIAN));
        put(metrics, Measure.LATENCY_P99, quantile(place, Kind.REQUEST, P99, ArmMetrics.MIN_FLOWS_FOR_P99));
        put(metrics, Measure.LATENCY_P999, quantile(place, Kind.REQUEST, P999, MIN_FOR_P999));
        put(metrics, Measure.QCT_MEAN, mean(sample.sortedLatency(Kind.QUERY)));
        put(metrics, Measure.QCT_P50, quantile(place, Kind.QUERY, MEDIAN, ArmMetrics.MIN_FLOWS_FOR_MEDIAN));
        put(metrics, Measure.QCT_P99, quantile(place, Kind.QUERY, P99, ArmMetrics.MIN_FLOWS_FOR_P99));
        put(metrics, Measure.JOB_MEAN, mean(sample.sortedLatency(Kind.JOB)));
        put(metrics, Measure.JOB_P99, quantile(place, Kind.JOB, P99, ArmMetrics.MIN_FLOWS_FOR_P99));
        put(metrics, Measure.DEADLINE_MISSES, (double) sample.missedDeadlines / sample.deadlines);
        put(metrics, Measure.UNANSWERED, (double) sample.unanswered / sample.requests);
        put(metrics, Measure.READS, sample.reads / sample.overConnections);
        put(metrics, Measure.PARTIAL_READS, sample.partialReads / sample.overConnections);
        put(metrics, Measure.REQUEST_RTOS, REQUESTS_PER_RTO_COUNT * sample.rtos / sample.overConnections);
        put(metrics, Measure.THROUGHPUT, sample.overConnections / sample.connections / (measuredNs / NANOS_PER_SECOND));
        return metrics;
    }

    /** NaN if the sample is too small for the quantile; samples that are too small do not narrow the others. */
    private double quantile(int place, Kind kind, double p, int least) {
        double[] values = samples.get(place).sortedLatency(kind);
        if (values.length < least) {
            return Double.NaN;
        }
        int common = samples.stream()
                .mapToInt(sample -> sample.sortedLatency(kind).length)
                .filter(size -> size >= least)
                .min()
                .orElse(values.length);
        return quantiles.matched(values, p, common);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static void put(Map<Metric, Double> metrics, Measure measure, double value) {
        if (!Double.isNaN(value) && !Double.isInfinite(value)) {
            metrics.put(Metric.overall(measure), value);
        }
    }
}
