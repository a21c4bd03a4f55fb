package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.report.data.RunTables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;

/** Collects queue samples run by run and makes {@link QueueCurve}s of them. */
final class QueueCurves {
    private static final int MAX_POINTS = 200;
    private static final double LOW = 0.1;
    private static final double HIGH = 0.9;

    private final Map<String, PortClass> classes = new TreeMap<>();

    /** One class: its size, and one (mean, max) pair per replication and sampling time. */
    private static final class PortClass {
        long ports;
        final Map<Long, List<double[]>> byTime = new TreeMap<>();
    }

    void add(RunTables run) {
        LongColumn time = run.queues().longColumn("t_ns");
        StringColumn portClass = run.queues().stringColumn("port_class");
        LongColumn ports = run.queues().longColumn("ports");
        DoubleColumn mean = run.queues().doubleColumn("mean_bytes");
        DoubleColumn max = run.queues().doubleColumn("max_bytes");
        for (int row = 0; row < time.size(); row++) {
            PortClass of = classes.computeIfAbsent(portClass.get(row), c -> new PortClass());
            of.ports = ports.getLong(row);
            of.byTime
                    .computeIfAbsent(time.getLong(row), t -> new ArrayList<>())
                    .add(new double[] {mean.getDouble(row), max.getDouble(row)});
        }
    }

    List<QueueCurve> curves() {
        return classes.entrySet().stream()
                .map(entry -> new QueueCurve(entry.getKey(), entry.getValue().ports, thinned(points(entry.getValue()))))
                .toList();
    }

    private static List<QueueCurve.Point> points(PortClass portClass) {
        List<QueueCurve.Point> points = new ArrayList<>();
        portClass.byTime.forEach((time, samples) -> {
            double[] means = samples.stream().mapToDouble(s -> s[0]).sorted().toArray();
            points.add(new QueueCurve.Point(
                    time,
                    Arrays.stream(means).sum() / means.length,
                    Quantiles.type7(means, LOW),
                    Quantiles.type7(means, HIGH),
                    samples.stream().mapToDouble(s -> s[1]).sum() / samples.size()));
        });
        return points;
    }

    /** At most {@link #MAX_POINTS}: neighbours are averaged, but the deepest queue is kept. */
    private static List<QueueCurve.Point> thinned(List<QueueCurve.Point> points) {
        int width = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
        if (width <= 1) {
            return points;
        }
        List<QueueCurve.Point> thinned = new ArrayList<>();
        for (int i = 0; i < points.size(); i += width) {
            List<QueueCurve.Point> few = points.subList(i, Math.min(points.size(), i + width));
            thinned.add(new QueueCurve.Point(
                    few.get(0).timeNs(),
                    few.stream().mapToDouble(QueueCurve.Point::meanBytes).sum() / few.size(),
                    few.stream().mapToDouble(QueueCurve.Point::lowBytes).sum() / few.size(),
                    few.stream().mapToDouble(QueueCurve.Point::highBytes).sum() / few.size(),
                    few.stream().mapToDouble(QueueCurve.Point::maxBytes).max().getAsDouble()));
        }
        return thinned;
    }
}
