package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes {@link SizeCurve}s. A bin of one replication holds too few flows for a p99, so flows are pooled over replications
 * and the interval resamples whole replications (percentile bootstrap): the replication stays the unit.
 */
final class SizeCurves {
    private static final int RESAMPLES = 400;
    /** Any fixed number: the same results always give the same intervals. */
    private static final long SEED = 20_260_101L;

    private static final double P99 = 0.99;

    private final SizeBins bins;
    /** How often each replication was drawn, per resample; the same draws serve all arms and bins. */
    private final int[][] draws;

    private SizeCurves(SizeBins bins, int replications) {
        this.bins = bins;
        this.draws = new int[replications < 2 ? 0 : RESAMPLES][replications];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int[] draw : draws) {
            for (int i = 0; i < replications; i++) {
                draw[random.nextInt(replications)]++;
            }
        }
    }

    static List<SizeCurve> of(Map<String, FlowPool> pools, int replications) {
        long[] sizes = pools.values().stream()
                .flatMapToLong(pool -> Arrays.stream(pool.sortedSizes()))
                .sorted()
                .toArray();
        SizeCurves curves = new SizeCurves(SizeBins.of(sizes), replications);
        return pools.entrySet().stream()
                .map(entry -> new SizeCurve(entry.getKey(), curves.points(entry.getValue())))
                .toList();
    }

    private List<SizeCurve.Point> points(FlowPool pool) {
        List<SizeCurve.Point> points = new ArrayList<>();
        List<List<Integer>> flowsOfBin = new ArrayList<>();
        IntStream.range(0, bins.count()).forEach(bin -> flowsOfBin.add(new ArrayList<>()));
        for (int flow = 0; flow < pool.flows(); flow++) {
            if (!Double.isNaN(pool.slowdown(flow))) {
                flowsOfBin.get(bins.binOf(pool.sizeBytes(flow))).add(flow);
            }
        }
        for (int bin = 0; bin < bins.count(); bin++) {
            List<Integer> flows = flowsOfBin.get(bin);
            if (flows.size() >= ArmMetrics.MIN_FLOWS_FOR_P99) {
                flows.sort(Comparator.comparingDouble(pool::slowdown));
                points.add(point(pool, bin, flows));
            }
        }
        return points;
    }

    private SizeCurve.Point point(FlowPool pool, int bin, List<Integer> bySlowdown) {
        double[] sorted = bySlowdown.stream().mapToDouble(pool::slowdown).toArray();
        int[] replication = bySlowdown.stream().mapToInt(pool::replication).toArray();
        return new SizeCurve.Point(
                bins.min(bin),
                bins.max(bin),
                bins.median(bin),
                sorted.length,
                Quantiles.type7(sorted, 0.5),
                Quantiles.type7(sorted, P99),
                interval(sorted, replication));
    }

    private Optional<Interval> interval(double[] sorted, int[] replication) {
        double[] resampled = Arrays.stream(draws)
                .mapToDouble(draw -> weightedP99(sorted, replication, draw))
                .filter(p99 -> !Double.isNaN(p99))
                .sorted()
                .toArray();
        if (resampled.length == 0) {
            return Optional.empty();
        }
        double tail = (1 - PairedEffect.LEVEL) / 2;
        return Optional.of(new Interval(Quantiles.type7(resampled, tail), Quantiles.type7(resampled, 1 - tail)));
    }

    /** The value below which 99% of the drawn flows lie, found from the top. NaN if nothing was drawn. */
    private static double weightedP99(double[] sorted, int[] replication, int[] draw) {
        long total = 0;
        for (int r : replication) {
            total += draw[r];
        }
        double above = total * (1 - P99);
        long seen = 0;
        for (int i = sorted.length - 1; i >= 0 && total > 0; i--) {
            seen += draw[replication[i]];
            if (seen > above) {
                return sorted[i];
            }
        }
        return Double.NaN;
    }
}
