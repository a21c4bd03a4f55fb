package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bpfsim.report.data.Manifest.Phase;

/**
 * The metrics of the arms of one replication. All of its samples (all arms, all variants) are given at once, because
 * quantiles are read at a number of flows that they have in common.
 */
final class ArmMetrics {
    /** A p99 needs a flow beyond it: below 100 flows it would be the maximum under another name. */
    static final int MIN_FLOWS_FOR_P99 = 100;

    static final int MIN_FLOWS_FOR_MEDIAN = 10;

    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double FLOWS_PER_RTO_COUNT = 1000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BITS_PER_BYTE = 8;

    private final Quantiles quantiles;
    private final List<Phase> phases;
    private final double measuredNs;
    /** Groups of flows, all of them first. */
    private final List<FlowGroup> groups;

    private final List<Sorted> samples = new ArrayList<>();

    private record Sorted(FlowSample flows, double[][] fct, double[][] slowdown) {}

    /**
     * @param phases in the order of time
     * @param measuredNs length of the measured interval
     */
    ArmMetrics(Collection<FlowSample> replication, Quantiles quantiles, List<Phase> phases, double measuredNs) {
        this.measuredNs = measuredNs;
        this.quantiles = quantiles;
        this.phases = phases;
        this.groups = groups(replication, phases);
        for (FlowSample flows : replication) {
            double[][] fct = groups.stream()
                    .map(group -> flows.sortedFct(members(group, flows)))
                    .toArray(double[][]::new);
            double[][] slowdown = groups.stream()
                    .map(group -> flows.sortedSlowdown(members(group, flows)))
                    .toArray(double[][]::new);
            samples.add(new Sorted(flows, fct, slowdown));
        }
    }

    /** Distances only if there are several: one alone would be all flows under another name. */
    private static List<FlowGroup> groups(Collection<FlowSample> replication, List<Phase> phases) {
        List<FlowGroup> groups = new ArrayList<>(List.of(FlowGroup.ALL));
        Arrays.stream(SizeClass.values()).map(FlowGroup::of).forEach(groups::add);
        List<FlowGroup> distances = IntStream.range(0, FlowGroup.DISTANCES.size())
                .filter(distance -> replication.stream().anyMatch(flows -> flows.has(distance)))
                .mapToObj(FlowGroup::ofDistance)
                .toList();
        if (distances.size() > 1) {
            groups.addAll(distances);
        }
        for (int i = 0; i < phases.size(); i++) {
            groups.add(FlowGroup.ofPhase(phases.get(i).key(), i));
        }
        return groups;
    }

    private IntPredicate members(FlowGroup group, FlowSample flows) {
        return switch (group.kind()) {
            case ALL -> flow -> true;
            case SIZE -> flow -> SizeClass.of(flows.sizeBytes[flow]).ordinal() == group.index();
            case DISTANCE -> flow -> flows.distance[flow] == group.index();
            case PHASE -> flow -> phase(flows.startNs[flow]) == group.index();
        };
    }

    /** The last phase that had begun when a flow began. */
    private int phase(long startNs) {
        int phase = 0;
        while (phase + 1 < phases.size() && startNs >= phases.get(phase + 1).fromNs()) {
            phase++;
        }
        return phase;
    }

    /** Metrics of the sample at that place in the collection; what cannot be computed is absent. */
    Map<Metric, Double> of(int sample) {
        Sorted sorted = samples.get(sample);
        Map<Metric, Double> metrics = new TreeMap<>();
        for (int g = 0; g < groups.size(); g++) {
            put(metrics, Measure.FCT_MEAN, g, mean(sorted.fct[g]));
            put(metrics, Measure.FCT_P50, g, quantile(g, sample, Column.FCT, MEDIAN, MIN_FLOWS_FOR_MEDIAN));
            put(metrics, Measure.FCT_P99, g, quantile(g, sample, Column.FCT, P99, MIN_FLOWS_FOR_P99));
            put(metrics, Measure.SLOWDOWN_MEAN, g, mean(sorted.slowdown[g]));
            put(metrics, Measure.SLOWDOWN_P50, g, quantile(g, sample, Column.SLOWDOWN, MEDIAN, MIN_FLOWS_FOR_MEDIAN));
            put(metrics, Measure.SLOWDOWN_P99, g, quantile(g, sample, Column.SLOWDOWN, P99, MIN_FLOWS_FOR_P99));
        }
        overall(sorted.flows, metrics);
        return metrics;
    }

    private void overall(FlowSample flows, Map<Metric, Double> metrics) {
        put(metrics, Measure.GOODPUT, 0, goodput(flows));
        put(metrics, Measure.ENDLESS_RATE, 0, endlessRate(flows));
        put(metrics, Measure.RETRANSMITTED, 0, Ratios.jackknifed(flows.retransmittedSegments, flows.deliveredSegments));
        put(metrics, Measure.ECN_MARKED, 0, Ratios.jackknifed(flows.ceAckedSegments, flows.deliveredSegments));
        put(metrics, Measure.RTOS, 0, FLOWS_PER_RTO_COUNT * mean(flows.rtos));
        double completed =
                Arrays.stream(flows.fctNs).filter(ns -> !Double.isNaN(ns)).count();
        put(metrics, Measure.UNFINISHED, 0, (flows.finite() - completed) / flows.finite());
    }

    private double endlessRate(FlowSample flows) {
        return Arrays.stream(flows.endlessBytes)
                .filter(bytes -> !Double.isNaN(bytes))
                .map(bytes -> bytes * BITS_PER_BYTE / (measuredNs / NANOS_PER_SECOND))
                .average()
                .orElse(Double.NaN);
    }

    private static double goodput(FlowSample flows) {
        int n = 0;
        double[] bits = new double[flows.flows()];
        double[] seconds = new double[flows.flows()];
        for (int i = 0; i < flows.flows(); i++) {
            if (!Double.isNaN(flows.fctNs[i])) {
                bits[n] = flows.sizeBytes[i] * BITS_PER_BYTE;
                seconds[n++] = flows.fctNs[i] / NANOS_PER_SECOND;
            }
        }
        return Ratios.jackknifed(Arrays.copyOf(bits, n), Arrays.copyOf(seconds, n));
    }

    private enum Column {
        FCT,
        SLOWDOWN;

        double[] of(Sorted sorted, int group) {
            return this == FCT ? sorted.fct[group] : sorted.slowdown[group];
        }
    }

    /** NaN if the sample has fewer flows than the quantile needs; arms that have too few do not narrow the others. */
    private double quantile(int group, int sample, Column column, double p, int minFlows) {
        double[] values = column.of(samples.get(sample), group);
        if (values.length < minFlows) {
            return Double.NaN;
        }
        int common = samples.stream()
                .mapToInt(sorted -> column.of(sorted, group).length)
                .filter(flows -> flows >= minFlows)
                .min()
                .orElse(values.length);
        return quantiles.matched(values, p, common);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private void put(Map<Metric, Double> metrics, Measure measure, int group, double value) {
        if (!Double.isNaN(value)) {
            metrics.put(Metric.within(measure, groups.get(group)), value);
        }
    }
}
