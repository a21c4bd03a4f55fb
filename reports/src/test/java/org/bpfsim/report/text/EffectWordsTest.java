package org.bpfsim.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.Measure;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.Verdict;
import org.junit.jupiter.api.Test;

class EffectWordsTest {
    private static final double[] CONTROL = {100, 101, 99, 100};

    @Test
    void lowerIsBetterWhereItIs() {
        assertThat(words(Measure.FCT_MEAN, 1, 88, 88.5, 87, 88)).isEqualTo("better: 12.1% lower");
        assertThat(words(Measure.GOODPUT, 1, 88, 88.5, 87, 88)).isEqualTo("worse: 12.1% lower");
        assertThat(words(Measure.ECN_MARKED, 1, 88, 88.5, 87, 88)).isEqualTo("12.1% lower");
    }

    @Test
    void whatDoesNotSurviveHolmsAdjustmentIsPerhaps() {
        assertThat(words(Measure.FCT_MEAN, 1000, 97, 99, 96, 98)).isEqualTo("perhaps better: 2.5% lower");
    }

    @Test
    void noDifferenceSaysHowLargeOneCouldBe() {
        assertThat(words(Measure.FCT_MEAN, 1, 101, 100, 100, 99)).isEqualTo("no difference seen (±1.9%)");
        assertThat(words(Measure.FCT_MEAN, 1, 20, 200, 90, 150)).startsWith("cannot tell (±");
    }

    @Test
    void anEffectFromZeroIsGivenInItsUnit() {
        Effect effect = effect(Measure.ECN_MARKED, 1, new double[4], new double[] {0.12, 0.12, 0.121, 0.119});

        assertThat(EffectWords.verdict(effect)).isEqualTo("12.0 pp higher");
        assertThat(EffectWords.estimate(effect)).isEqualTo("+12.0 pp [+11.9, +12.1 pp]");
    }

    @Test
    void oneReplicationHasNoInterval() {
        Effect effect = effect(Measure.FCT_MEAN, 1, new double[] {100}, new double[] {90});

        assertThat(EffectWords.estimate(effect)).isEqualTo("\u221210.0%");
        assertThat(EffectWords.verdict(effect)).isEqualTo("10.0% lower in one replication, no interval");
    }

    @Test
    void noReplicationIsTooFewData() {
        Effect effect = effect(Measure.FCT_MEAN, 1, new double[] {Double.NaN}, new double[] {90});

        assertThat(EffectWords.estimate(effect)).isEqualTo("–");
        assertThat(EffectWords.verdict(effect)).isEqualTo("too few data");
    }

    private static String words(Measure measure, int metrics, double... treatment) {
        return EffectWords.verdict(effect(measure, metrics, CONTROL, treatment));
    }

    private static Effect effect(Measure measure, int metrics, double[] control, double[] treatment) {
        PairedEffect paired = PairedEffect.of(control, treatment);
        double holm = Math.min(1, metrics * paired.pValue());
        return new Effect(
                Comparison.AB,
                "t",
                Metric.overall(measure),
                paired,
                holm,
                Verdict.of(measure.direction(), paired, holm));
    }
}
