package org.bpfsim.report.stats;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.report.data.RunTables;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** What the work of an arm cost the cores of all hosts in one run, and how busy cores were. */
final class CpuMetrics {
    static final String ALL_CORES = "all cores";
    static final String BUSIEST_CORE = "busiest core";

    private static final String IDLE = "idle";
    private static final String BPF = "bpf";
    private static final double BYTES_PER_GB = 1e9;

    private CpuMetrics() {}

    /** How busy the cores of a run were; they are shared by all arms. */
    static Map<Metric, Double> ofCores(Table times) {
        Map<Metric, Double> metrics = new TreeMap<>();
        Map<List<Long>, double[]> cores = new TreeMap<>((a, b) -> {
            int byHost = a.get(0).compareTo(b.get(0));
            return byHost != 0 ? byHost : a.get(1).compareTo(b.get(1));
        });
        LongColumn ns = times.longColumn("ns");
        for (int row = 0; row < times.rowCount(); row++) {
            List<Long> core = List.of(
                    times.longColumn("host").getLong(row),
                    times.longColumn("core").getLong(row));
            double[] busyOfAll = cores.computeIfAbsent(core, c -> new double[2]);
            busyOfAll[0] += times.stringColumn("cause").get(row).equals(IDLE) ? 0 : ns.getLong(row);
            busyOfAll[1] += ns.getLong(row);
        }
        metrics.put(
                Metric.ports(Measure.CPU_UTILISATION, ALL_CORES),
                cores.values().stream().mapToDouble(c -> c[0] / c[1]).average().orElse(0));
        metrics.put(
                Metric.ports(Measure.CPU_UTILISATION, BUSIEST_CORE),
                cores.values().stream().mapToDouble(c -> c[0] / c[1]).max().orElse(0));
        return metrics;
    }

    /**
     * What an arm's work cost.
     *
     * @param cpu of that run
     * @param arm whose rows count; null for those of all arms
     */
    static Map<Metric, Double> ofArm(RunTables run, RunTables.Cpu cpu, String arm) {
        Map<Metric, Double> metrics = new TreeMap<>();
        double bpfNs = 0;
        double ns = 0;
        for (int row = 0; row < cpu.times().rowCount(); row++) {
            if (belongs(cpu.times(), row, arm)) {
                double spent = cpu.times().longColumn("ns").getLong(row);
                ns += spent;
                bpfNs += cpu.times().stringColumn("cause").get(row).equals(BPF) ? spent : 0;
            }
        }
        double requests = sum(run.arms(), "flows_completed", arm)
                + run.requests()
                        .map(tables -> sum(tables.connections(), "requests", arm))
                        .orElse(0.0);
        if (requests > 0) {
            metrics.put(Metric.overall(Measure.CPU_PER_REQUEST), ns / requests);
            metrics.put(Metric.overall(Measure.WAKEUPS), sum(cpu.counts(), "wakeups", arm) / requests);
            metrics.put(Metric.overall(Measure.SYSCALLS), sum(cpu.counts(), "syscalls", arm) / requests);
        }
        double bytes = sum(run.arms(), "bytes_completed", arm);
        if (bytes > 0) {
            metrics.put(Metric.overall(Measure.CPU_PER_GB), ns / bytes * BYTES_PER_GB);
        }
        if (ns > 0) {
            metrics.put(Metric.overall(Measure.CPU_BPF), bpfNs / ns);
        }
        return metrics;
    }

    private static double sum(Table table, String column, String arm) {
        double sum = 0;
        for (int row = 0; row < table.rowCount(); row++) {
            sum += belongs(table, row, arm) ? table.longColumn(column).getLong(row) : 0;
        }
        return sum;
    }

    /** What no arm has caused, such as packets of nobody's, is left out. */
    private static boolean belongs(Table table, int row, String arm) {
        String of = table.stringColumn("arm").get(row);
        return arm == null ? !of.isEmpty() : of.equals(arm);
    }
}
