package org.bpfsim.scenario.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.sim.random.RandomStreams;
import org.junit.jupiter.api.Test;

class SizeDistributionTest {
    private final SizeDistribution webSearch = SizeDistribution.of(PublishedSizes.webSearch());

    @Test
    void webSearchHasThePublishedMean() {
        assertThat(webSearch.meanBytes()).isCloseTo(1_711_250, within(1.0));
    }

    @Test
    void webSearchPassesThroughItsPoints() {
        assertThat(webSearch.bytesAt(0.53)).isCloseTo(80_000, within(1L));
        assertThat(webSearch.bytesAt(0.6)).isCloseTo(200_000, within(1L));
        assertThat(webSearch.bytesAt(0.065 + 0.535)).isCloseTo(200_000, within(1L));
        assertThat(webSearch.bytesAt(1e-12)).isEqualTo(1);
        assertThat(webSearch.bytesAt(1 - 1e-12)).isCloseTo(30_000_000, within(1L));
    }

    @Test
    void drawsHaveTheDistributionsMean() {
        var stream = new RandomStreams(5).stream("sizes", 0);
        int draws = 200_000;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            sum += webSearch.bytesAt(stream.nextDouble());
        }
        double standardError = 4_000_000 / Math.sqrt(draws);
        assertThat(sum / draws).isCloseTo(1_711_250, within(4 * standardError));
    }

    @Test
    void uniformReachesBothBounds() {
        SizeDistribution uniform = SizeDistribution.of(new SizeSpec.Uniform(10, 12));
        assertThat(uniform.bytesAt(1e-9)).isEqualTo(10);
        assertThat(uniform.bytesAt(0.5)).isEqualTo(11);
        assertThat(uniform.bytesAt(1 - 1e-9)).isEqualTo(12);
        assertThat(uniform.meanBytes()).isEqualTo(11);
    }
}
