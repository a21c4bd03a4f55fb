package org.bpfsim.report.stats;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One value per variant, arm, metric and replication. */
public final class MetricTable {
    /** Stands for the arm in metrics that belong to the whole run. */
    public static final String NETWORK = "";

    private final List<Integer> replications;
    private final SortedMap<Cohort, SortedMap<Metric, double[]>> values = new TreeMap<>();
    private final SortedMap<Cohort, double[]> measuredFlows = new TreeMap<>();
    private final SortedMap<Cohort, double[]> finiteFlows = new TreeMap<>();
    private final SortedMap<Cohort, double[]> measuredRequests = new TreeMap<>();
    private final SortedMap<Cohort, double[]> deliveredSegments = new TreeMap<>();

    /** The units of one arm in one variant, over all replications; {@link #NETWORK} is the arm of a run's own metrics. */
    public record Cohort(String variant, String arm) implements Comparable<Cohort> {
        private static final Comparator<Cohort> ORDER =
                Comparator.comparing(Cohort::variant).thenComparing(Cohort::arm);

        @Override
        public int compareTo(Cohort other) {
            return ORDER.compare(this, other);
        }
    }

    MetricTable(List<Integer> replications) {
        this.replications = List.copyOf(replications);
    }

    void put(Cohort cohort, int replication, Map<Metric, Double> metrics) {
        int column = replications.indexOf(replication);
        SortedMap<Metric, double[]> rows = values.computeIfAbsent(cohort, c -> new TreeMap<>());
        metrics.forEach((metric, value) -> rows.computeIfAbsent(metric, m -> undefined())[column] = value);
    }

    /** Notes how much of an arm there was to observe in a replication, for {@link RareEvents}. */
    void expose(Cohort cohort, int replication, double flows, double finite, double segments) {
        int column = replications.indexOf(replication);
        measuredFlows.computeIfAbsent(cohort, c -> new double[replications.size()])[column] = flows;
        finiteFlows.computeIfAbsent(cohort, c -> new double[replications.size()])[column] = finite;
        deliveredSegments.computeIfAbsent(cohort, c -> new double[replications.size()])[column] = segments;
    }

    /** The same for requests of applications. */
    void exposeRequests(Cohort cohort, int replication, double requests) {
        int column = replications.indexOf(replication);
        measuredRequests.computeIfAbsent(cohort, c -> new double[replications.size()])[column] = requests;
    }

    /** Requests measured in each replication; zeros if there is no such cohort. */
    double[] measuredRequests(Cohort cohort) {
        return measuredRequests.getOrDefault(cohort, new double[replications.size()]);
    }

    /** Flows measured in each replication; zeros if there is no such cohort. */
    double[] measuredFlows(Cohort cohort) {
        return measuredFlows.getOrDefault(cohort, new double[replications.size()]);
    }

    /** Those of them that have an end. */
    double[] finiteFlows(Cohort cohort) {
        return finiteFlows.getOrDefault(cohort, new double[replications.size()]);
    }

    /** Segments delivered in each replication; zeros if there is no such cohort. */
    double[] deliveredSegments(Cohort cohort) {
        return deliveredSegments.getOrDefault(cohort, new double[replications.size()]);
    }

    private double[] undefined() {
        double[] row = new double[replications.size()];
        Arrays.fill(row, Double.NaN);
        return row;
    }

    /** Numbers of the replications, ascending: the columns of the table. */
    public List<Integer> replications() {
        return replications;
    }

    /** All cohorts, in alphabetical order of variant and arm. */
    public List<Cohort> cohorts() {
        return List.copyOf(values.keySet());
    }

    /** A cohort's metrics in the order of tables; empty if there is no such cohort. */
    public List<Metric> metrics(Cohort cohort) {
        return List.copyOf(rows(cohort).keySet());
    }

    /** A cohort's values by replication, NaN where undefined; all NaN if it has no such metric. */
    public double[] values(Cohort cohort, Metric metric) {
        double[] row = rows(cohort).get(metric);
        return row == null ? undefined() : row.clone();
    }

    private SortedMap<Metric, double[]> rows(Cohort cohort) {
        return values.getOrDefault(cohort, Collections.emptySortedMap());
    }
}
