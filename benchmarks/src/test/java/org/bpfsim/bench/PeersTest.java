package org.bpfsim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/**
 * The workloads against what ns-3 3.37 (Debian's package) gave for the same pairs on the same paths, and against the
 * bound that no simulator can beat. Recorded figures, not timings.
 */
class PeersTest {
    private static final double NS3_K4_MEAN_FCT_MS = 14.2778;
    private static final double NS3_K4_LAST_FCT_MS = 24.9584;
    private static final Percentage CLOSE = Percentage.withPercentage(2);

    @Test
    void ns3_permutationK4_hasTheSameCompletionTimes() {
        BenchResult result = new Permutation(4, 10_000_000, 1).run();
        assertThat(result.unfinished()).isZero();
        assertThat(result.drops()).isZero();
        assertThat(result.meanFctMs()).isCloseTo(NS3_K4_MEAN_FCT_MS, CLOSE);
        assertThat(result.lastFctMs()).isCloseTo(NS3_K4_LAST_FCT_MS, CLOSE);
    }

    /** 64 flows of 450 KB in 1448-byte segments of 1502 bytes on the wire share 10 Gbit/s. */
    @Test
    void incastFillsTheReceiversLink() {
        BenchResult result = new Incast(64, 450_000).run();
        double wireBytes = 64 * 450_000 * 1502.0 / 1448;
        double atLineRateMs = wireBytes * 8 / 10e9 * 1e3;
        assertThat(result.unfinished()).isZero();
        assertThat(result.lastFctMs()).isBetween(atLineRateMs, atLineRateMs * 1.02);
    }

    @Test
    void aRepetitionHasTheSameFingerprint() {
        BenchResult first = new Permutation(4, 100_000, 1).run();
        assertThat(new Permutation(4, 100_000, 1).run().fingerprint()).isEqualTo(first.fingerprint());
        assertThat(new Permutation(4, 100_000, 2).run().fingerprint()).isNotEqualTo(first.fingerprint());
    }

    @Test
    void aResultIsOneLineOfJsonWithItsFigures() {
        String json = new Permutation(4, 10_000, 1).run().toJson();
        assertThat(json)
                .doesNotContain("\n")
                .contains("\"packet_hops\":")
                .contains("\"cpu_s\":")
                .contains("\"hops_per_cpu_s\":")
                .contains("\"setup_s\":")
                .contains("\"peak_rss_mib\":")
                .contains("\"mean_fct_ms\":")
                .contains("\"last_fct_ms\":");
    }
}
