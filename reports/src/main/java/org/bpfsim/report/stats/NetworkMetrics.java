package org.bpfsim.report.stats;

import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.report.data.RunTables;
import tech.tablesaw.api.Table;

/** Queues and links of one run by class of port. They are shared by all arms, so they belong to the run. */
final class NetworkMetrics {
    private static final double BITS_PER_BYTE = 8;
    private static final double NANOS_PER_SECOND = 1e9;

    private NetworkMetrics() {}

    static Map<Metric, Double> of(RunTables run) {
        Map<Metric, Double> metrics = new TreeMap<>();
        meanQueues(run.queues(), metrics);
        counters(run, metrics);
        return metrics;
    }

    private static void meanQueues(Table queues, Map<Metric, Double> metrics) {
        Map<String, double[]> sums = new TreeMap<>();
        for (int row = 0; row < queues.rowCount(); row++) {
            double[] sum =
                    sums.computeIfAbsent(queues.stringColumn("port_class").get(row), c -> new double[2]);
            sum[0] += queues.doubleColumn("mean_bytes").getDouble(row);
            sum[1]++;
        }
        sums.forEach((portClass, sum) -> metrics.put(Metric.ports(Measure.QUEUE_MEAN, portClass), sum[0] / sum[1]));
    }

    private static final class Counters {
        int ports;
        double txPackets;
        double txBytes;
        double dropped;
        double marked;
        double maxQueueBytes;
    }

    private static void counters(RunTables run, Map<Metric, Double> metrics) {
        Table ports = run.ports();
        Map<String, Counters> byClass = new TreeMap<>();
        for (int row = 0; row < ports.rowCount(); row++) {
            Counters c =
                    byClass.computeIfAbsent(ports.stringColumn("port_class").get(row), k -> new Counters());
            c.ports++;
            c.txPackets += ports.longColumn("tx_packets").getLong(row);
            c.txBytes += ports.longColumn("tx_bytes").getLong(row);
            c.dropped += ports.longColumn("dropped_packets").getLong(row);
            c.marked += ports.longColumn("ce_marked_packets").getLong(row);
            c.maxQueueBytes = Math.max(
                    c.maxQueueBytes, ports.longColumn("max_queue_bytes").getLong(row));
        }
        byClass.forEach((portClass, c) -> put(portClass, c, run.simTimeNs(), metrics));
    }

    private static void put(String portClass, Counters c, long simTimeNs, Map<Metric, Double> metrics) {
        metrics.put(Metric.ports(Measure.QUEUE_MAX, portClass), c.maxQueueBytes);
        if (c.txPackets + c.dropped > 0) {
            metrics.put(Metric.ports(Measure.DROPPED, portClass), c.dropped / (c.txPackets + c.dropped));
        }
        if (c.txPackets > 0) {
            metrics.put(Metric.ports(Measure.CE_MARKED, portClass), c.marked / c.txPackets);
        }
        if (simTimeNs > 0) {
            double seconds = simTimeNs / NANOS_PER_SECOND;
            metrics.put(Metric.ports(Measure.LINK_RATE, portClass), c.txBytes * BITS_PER_BYTE / seconds / c.ports);
        }
    }
}
