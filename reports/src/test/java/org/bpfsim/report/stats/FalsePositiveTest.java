package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A/A experiments on made-up data: both arms draw from one skewed (log-normal) distribution, a replication's load is
 * common to its arms, and one arm is eight times as large. A 5% test should reject in about 5% of the experiments.
 */
class FalsePositiveTest {
    private static final long SEED = 42;
    private static final int EXPERIMENTS = 1000;
    private static final int REPLICATIONS = 10;
    private static final int SMALL = 200;
    private static final int LARGE = 1600;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Quantiles quantiles = new Quantiles();

    private interface Statistic {
        double of(double[] flows);
    }

    @Test
    void meanRejectsInAboutFivePercent() {
        assertThat(rejections(flows -> Arrays.stream(flows).sum() / flows.length))
                .isBetween(0.035, 0.065);
    }

    @Test
    void p99AtACommonNumberOfFlowsRejectsInAboutFivePercent() {
        assertThat(rejections(flows -> quantiles.matched(sorted(flows), 0.99, SMALL)))
                .isBetween(0.035, 0.07);
    }

    @Test
    void plainP99OfArmsOfDifferentSizeRejectsTooOften() {
        assertThat(rejections(flows -> Quantiles.type7(sorted(flows), 0.99))).isGreaterThan(0.1);
    }

    @Test
    void jackknifedRatioRejectsInAboutFivePercent() {
        double[] ones = new double[LARGE];
        Arrays.fill(ones, 1);
        assertThat(rejections(flows -> Ratios.jackknifed(Arrays.copyOf(ones, flows.length), flows)))
                .isBetween(0.035, 0.065);
    }

    private double rejections(Statistic statistic) {
        long rejected = IntStream.range(0, EXPERIMENTS)
                .filter(i -> experiment(statistic).pValue() < 0.05)
                .count();
        return (double) rejected / EXPERIMENTS;
    }

    private PairedEffect experiment(Statistic statistic) {
        double[] control = new double[REPLICATIONS];
        double[] treatment = new double[REPLICATIONS];
        for (int r = 0; r < REPLICATIONS; r++) {
            double load = StrictMath.exp(0.2 * gaussian());
            control[r] = statistic.of(flows(LARGE, load));
            treatment[r] = statistic.of(flows(SMALL, load));
        }
        return PairedEffect.of(control, treatment);
    }

    private double[] flows(int count, double load) {
        return IntStream.range(0, count)
                .mapToDouble(i -> load * StrictMath.exp(gaussian()))
                .toArray();
    }

    private double gaussian() {
        double u = 1 - random.nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
