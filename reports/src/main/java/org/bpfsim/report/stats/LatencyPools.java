package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.report.stats.RequestSample.Kind;

/** Latencies of what applications asked for, by kind and arm, over all replications. */
final class LatencyPools {
    private final Map<Kind, Map<String, List<double[]>>> pools = new EnumMap<>(Kind.class);

    void add(String arm, RequestSample sample) {
        for (Kind kind : Kind.values()) {
            double[] latencies = sample.sortedLatency(kind);
            if (latencies.length > 0) {
                pools.computeIfAbsent(kind, k -> new TreeMap<>())
                        .computeIfAbsent(arm, a -> new ArrayList<>())
                        .add(latencies);
            }
        }
    }

    /** One per kind of which there is any, requests first. */
    List<LatencyCurves> curves(List<String> arms) {
        List<LatencyCurves> curves = new ArrayList<>();
        pools.forEach((kind, byArm) -> curves.add(new LatencyCurves(
                LatencyCurves.What.valueOf(kind.name()),
                arms.stream()
                        .map(arm -> FctCurve.of(arm, sorted(byArm.get(arm))))
                        .toList())));
        return curves;
    }

    private static double[] sorted(List<double[]> parts) {
        return parts == null
                ? new double[0]
                : parts.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    }
}
