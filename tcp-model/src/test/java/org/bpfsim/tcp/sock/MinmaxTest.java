package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MinmaxTest {
    @Test
    void forgetsAMinimumThatHasLeftTheWindow() {
        Minmax min = new Minmax();
        min.reset(0, -1);
        min.runningMin(100, 1, 10);
        min.runningMin(100, 50, 20);
        min.runningMin(100, 90, 30);
        assertThat(min.get()).isEqualTo(10);
        assertThat(min.runningMin(100, 102, 40)).isEqualTo(20);
        assertThat(min.runningMin(100, 160, 40)).isLessThanOrEqualTo(40).isGreaterThan(20);
    }

    @Test
    void neverExceedsTheNewestValueNorFallsBelowTheTrueMinimum() {
        Random random = new Random(5);
        Minmax min = new Minmax();
        min.reset(0, -1);
        int[] values = new int[1000];
        for (int t = 1; t < values.length; t++) {
            values[t] = 1 + random.nextInt(1000);
            int estimate = min.runningMin(50, t, values[t]);
            int truth = Integer.MAX_VALUE;
            for (int i = Math.max(1, t - 50); i <= t; i++) {
                truth = Math.min(truth, values[i]);
            }
            assertThat(estimate).isBetween(truth, values[t]);
        }
    }
}
