package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bpfsim.report.data.Manifest;
import org.bpfsim.report.data.Manifest.Arm;
import org.bpfsim.report.data.Manifest.RunEntry;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.data.RunTables;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.bpfsim.report.stats.Scorecard.ArmFlows;

/** Scores a result folder: reads it replication by replication, so that only one replication's tables are in memory. */
public final class Scoring {
    private static final String MIXED = "ab";
    private static final String ALL_PREFIX = "all:";

    private final ResultFolder folder;
    private final List<String> arms;
    private final Set<Measure> wanted;
    private final MetricTable table;
    private final boolean mixed;
    private final Map<String, FlowPool> pools = new LinkedHashMap<>();
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final LatencyPools latencies = new LatencyPools();
    private final QueueCurves queues = new QueueCurves();
    private final Quantiles quantiles = new Quantiles();

    private Scoring(ResultFolder folder) {
        this.folder = folder;
        this.arms = folder.manifest().arms().stream().map(Arm::name).toList();
        this.wanted = EnumSet.copyOf(Measure.wanted(folder.manifest().metrics()));
        this.mixed = folder.runs().stream().anyMatch(run -> run.variant().equals(MIXED));
        this.table = new MetricTable(List.copyOf(byReplication().keySet()));
        arms.forEach(arm -> pools.put(arm, new FlowPool()));
        arms.forEach(arm -> counts.put(arm, new long[2]));
    }

    /**
     * Scores a folder.
     *
     * @throws org.bpfsim.report.data.ResultException if a table is missing or damaged
     */
    public static Scorecard score(ResultFolder folder) {
        return new Scoring(folder).score();
    }

    static String control(Manifest manifest) {
        return manifest.control().orElse(manifest.arms().get(0)).name();
    }

    static List<String> treatments(Manifest manifest) {
        String control = control(manifest);
        return manifest.arms().stream()
                .map(Arm::name)
                .filter(arm -> !arm.equals(control))
                .toList();
    }

    private TreeMap<Integer, List<RunEntry>> byReplication() {
        TreeMap<Integer, List<RunEntry>> runs = new TreeMap<>();
        for (RunEntry run : folder.runs()) {
            runs.computeIfAbsent(run.replication(), r -> new ArrayList<>()).add(run);
        }
        return runs;
    }

    private Scorecard score() {
        byReplication().forEach(this::scoreReplication);
        Manifest manifest = folder.manifest();
        return new Scorecard(
                manifest,
                folder.missing(),
                folder.runs(),
                arms.stream()
                        .map(arm -> new ArmFlows(
                                arm, arm.equals(control(manifest)), counts.get(arm)[0], counts.get(arm)[1]))
                        .toList(),
                table,
                Effects.of(table, control(manifest), treatments(manifest)),
                Judging.of(table, manifest.expectations()),
                mixed ? MIXED : "all",
                pools.entrySet().stream()
                        .map(entry ->
                                FctCurve.of(entry.getKey(), entry.getValue().sortedFct()))
                        .toList(),
                latencies.curves(arms),
                SizeCurves.of(pools, table.replications().size()),
                queues.curves());
    }

    private void scoreReplication(int replication, List<RunEntry> runs) {
        List<Cohort> cohorts = new ArrayList<>();
        List<FlowSample> samples = new ArrayList<>();
        List<Cohort> askingCohorts = new ArrayList<>();
        List<RequestSample> asked = new ArrayList<>();
        for (RunEntry entry : runs) {
            RunTables run = folder.read(entry);
            table.put(new Cohort(entry.variant(), MetricTable.NETWORK), replication, only(NetworkMetrics.of(run)));
            scoreCpu(run, replication);
            if (drawn(entry.variant())) {
                queues.add(run);
            }
            samplesOf(run).forEach((arm, sample) -> {
                cohorts.add(new Cohort(entry.variant(), arm));
                samples.add(sample);
            });
            requestSamplesOf(run).forEach((arm, sample) -> {
                askingCohorts.add(new Cohort(entry.variant(), arm));
                asked.add(sample);
            });
        }
        scoreRequests(replication, askingCohorts, asked);
        ArmMetrics metrics = new ArmMetrics(
                samples,
                quantiles,
                folder.manifest().phases(),
                folder.manifest().measuredNs());
        for (int i = 0; i < samples.size(); i++) {
            table.put(cohorts.get(i), replication, only(metrics.of(i)));
            table.expose(
                    cohorts.get(i),
                    replication,
                    samples.get(i).flows(),
                    samples.get(i).finite(),
                    Arrays.stream(samples.get(i).deliveredSegments).sum());
            if (drawn(cohorts.get(i).variant())) {
                pool(cohorts.get(i).arm(), samples.get(i), replication);
            }
        }
    }

    private void scoreCpu(RunTables run, int replication) {
        if (run.cpu().isEmpty()) {
            return;
        }
        RunTables.Cpu cpu = run.cpu().get();
        String variant = run.entry().variant();
        table.put(new Cohort(variant, MetricTable.NETWORK), replication, only(CpuMetrics.ofCores(cpu.times())));
        if (variant.startsWith(ALL_PREFIX)) {
            Cohort everybody = new Cohort(variant, variant.substring(ALL_PREFIX.length()));
            table.put(everybody, replication, only(CpuMetrics.ofArm(run, cpu, null)));
        } else {
            for (String arm : arms) {
                table.put(new Cohort(variant, arm), replication, only(CpuMetrics.ofArm(run, cpu, arm)));
            }
        }
    }

    private void scoreRequests(int replication, List<Cohort> cohorts, List<RequestSample> samples) {
        RequestMetrics metrics =
                new RequestMetrics(samples, quantiles, folder.manifest().measuredNs());
        for (int i = 0; i < samples.size(); i++) {
            table.put(cohorts.get(i), replication, only(metrics.of(i)));
            table.exposeRequests(cohorts.get(i), replication, samples.get(i).requests);
            if (drawn(cohorts.get(i).variant())) {
                latencies.add(cohorts.get(i).arm(), samples.get(i));
            }
        }
    }

    private Map<String, RequestSample> requestSamplesOf(RunTables run) {
        Map<String, RequestSample> samples = new LinkedHashMap<>();
        String variant = run.entry().variant();
        run.requests().ifPresent(tables -> {
            if (variant.startsWith(ALL_PREFIX)) {
                samples.put(variant.substring(ALL_PREFIX.length()), RequestSample.all(tables));
            } else {
                List<RequestSample> byArm = RequestSample.byArm(tables, arms);
                for (int arm = 0; arm < arms.size(); arm++) {
                    samples.put(arms.get(arm), byArm.get(arm));
                }
            }
        });
        return samples;
    }

    /** In a run of everybody in one arm, all flows are that arm's, whatever they would be in the mixed experiment. */
    private Map<String, FlowSample> samplesOf(RunTables run) {
        String variant = run.entry().variant();
        if (variant.startsWith(ALL_PREFIX)) {
            String arm = variant.substring(ALL_PREFIX.length());
            return Map.of(arm, FlowSample.all(run));
        }
        return FlowSample.byArm(run, arms);
    }

    private boolean drawn(String variant) {
        return mixed ? variant.equals(MIXED) : variant.startsWith(ALL_PREFIX);
    }

    private void pool(String arm, FlowSample sample, int replication) {
        FlowPool pool = pools.get(arm);
        if (pool != null) {
            int before = pool.flows();
            pool.add(sample, table.replications().indexOf(replication));
            counts.get(arm)[0] += sample.flows();
            counts.get(arm)[1] += pool.flows() - before;
        }
    }

    private Map<Metric, Double> only(Map<Metric, Double> metrics) {
        metrics.keySet().removeIf(metric -> !wanted.contains(metric.measure()));
        return metrics;
    }
}
