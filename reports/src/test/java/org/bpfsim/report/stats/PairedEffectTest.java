package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedEffectTest {
    /** Student's sleep data; R: t.test(extra ~ ..., paired = TRUE) gives t = 4.0621, p = 0.002833, [0.70, 2.46]. */
    private static final double[] DRUG_1 = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] DRUG_2 = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    @Test
    void agreesWithThePairedTTestOfR() {
        PairedEffect effect = PairedEffect.of(DRUG_1, DRUG_2);

        assertThat(effect.pairs()).isEqualTo(10);
        assertThat(effect.difference()).isCloseTo(1.58, within(1e-12));
        assertThat(effect.pValue()).isCloseTo(0.002833, within(5e-7));
        assertThat(effect.differenceInterval().orElseThrow().low()).isCloseTo(0.7001142, within(1e-6));
        assertThat(effect.differenceInterval().orElseThrow().high()).isCloseTo(2.4598858, within(1e-6));
    }

    @Test
    void relativeIntervalExcludesZeroExactlyWhenTheTestRejects() {
        SplittableRandom random = new SplittableRandom(5);
        int rejected = 0;
        for (int i = 0; i < 2000; i++) {
            double[] control = random.doubles(6, 5, 15).toArray();
            double[] treatment = random.doubles(6, 6, 17).toArray();
            PairedEffect effect = PairedEffect.of(control, treatment);
            rejected += effect.pValue() < 0.05 ? 1 : 0;
            assertThat(effect.relativeInterval().orElseThrow().excludesZero())
                    .as("seed 5, case %d: %s", i, effect)
                    .isEqualTo(effect.pValue() < 0.05);
        }
        assertThat(rejected).isBetween(100, 1900);
    }

    @Test
    void aProportionalEffectHasATightRelativeIntervalHoweverMuchReplicationsDiffer() {
        PairedEffect effect = PairedEffect.of(new double[] {50, 100, 120, 90}, new double[] {40, 80, 96, 72});

        assertThat(effect.relative()).isCloseTo(-0.2, within(1e-12));
        assertThat(effect.differenceInterval().orElseThrow().high()).isGreaterThan(-12);
        assertThat(effect.relativeInterval().orElseThrow().low()).isCloseTo(-0.2, within(1e-6));
        assertThat(effect.relativeInterval().orElseThrow().high()).isCloseTo(-0.2, within(1e-6));
    }

    @Test
    void relativeIntervalIsAbsentWhenTheControlIsNearZero() {
        PairedEffect effect = PairedEffect.of(new double[] {0, 0, 0.1, 0}, new double[] {1, 2, 1, 2});

        assertThat(effect.relativeInterval()).isEmpty();
        assertThat(effect.differenceInterval()).isPresent();
    }

    @Test
    void whatCannotBeNegativeCannotFallByMoreThanAll() {
        PairedEffect effect = PairedEffect.of(new double[] {10, 12, 8, 11, 2, 30}, new double[] {0, 1, 0, 2, 0, 0});

        assertThat(effect.relativeInterval().orElseThrow().low()).isEqualTo(-1);
    }

    @Test
    void onePairGivesAPointEstimateWithoutInterval() {
        PairedEffect effect = PairedEffect.of(new double[] {10}, new double[] {9});

        assertThat(effect.relative()).isCloseTo(-0.1, within(1e-12));
        assertThat(effect.differenceInterval()).isEmpty();
        assertThat(effect.pValue()).isNaN();
    }

    @Test
    void replicationsWithoutAValueOnOneSideDoNotCount() {
        PairedEffect effect =
                PairedEffect.of(new double[] {10, Double.NaN, 12, 14}, new double[] {9, 8, Double.NaN, 12});

        assertThat(effect.pairs()).isEqualTo(2);
        assertThat(effect.controlMean()).isEqualTo(12);
    }

    @Test
    void equalArmsShowNoDifference() {
        PairedEffect effect = PairedEffect.of(new double[3], new double[3]);

        assertThat(effect.pValue()).isEqualTo(1);
        assertThat(effect.relative()).isNaN();
    }

    @Test
    void refusesUnpairedValues() {
        assertThatThrownBy(() -> PairedEffect.of(new double[2], new double[3])).hasMessageContaining("not pairs");
    }
}
