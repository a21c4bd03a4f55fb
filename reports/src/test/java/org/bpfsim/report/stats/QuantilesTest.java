package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    private final Quantiles quantiles = new Quantiles();

    @Test
    void type7AgreesWithR() {
        double[] values = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

        assertThat(Quantiles.type7(values, 0.5)).isEqualTo(24);
        assertThat(Quantiles.type7(values, 0.99)).isCloseTo(488.96, within(1e-9));
        assertThat(Quantiles.type7(values, 1)).isEqualTo(512);
        assertThat(Quantiles.type7(new double[0], 0.5)).isNaN();
    }

    @Test
    void matchedQuantileIsTheMeanOverAllSubsets() {
        double[] values = {1, 3, 4, 9, 20, 21, 50, 77};

        assertThat(quantiles.matched(values, 0.9, 3)).isCloseTo(meanOverSubsets(values, 0.9, 3), within(1e-9));
        assertThat(quantiles.matched(values, 0.5, 5)).isCloseTo(meanOverSubsets(values, 0.5, 5), within(1e-9));
        assertThat(quantiles.matched(values, 0.0, 1))
                .isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-9));
    }

    @Test
    void matchedQuantileOfAllValuesIsThePlainOne() {
        double[] values = IntStream.range(0, 137).mapToDouble(i -> i * i).toArray();

        assertThat(quantiles.matched(values, 0.99, 137)).isEqualTo(Quantiles.type7(values, 0.99));
    }

    @Test
    void matchedQuantileStandsLargeSamples() {
        double[] values = new SplittableRandom(3).doubles(100_000).sorted().toArray();

        // The type 7 p99 of 100 uniform values is the 99.01th of them: 98.03% on average.
        assertThat(quantiles.matched(values, 0.99, 100)).isCloseTo(0.9803, within(0.002));
    }

    private static double meanOverSubsets(double[] values, double p, int size) {
        return IntStream.range(0, 1 << values.length)
                .filter(subset -> Integer.bitCount(subset) == size)
                .mapToDouble(subset -> Quantiles.type7(
                        IntStream.range(0, values.length)
                                .filter(i -> (subset >> i & 1) == 1)
                                .mapToDouble(i -> values[i])
                                .toArray(),
                        p))
                .average()
                .orElseThrow();
    }
}
