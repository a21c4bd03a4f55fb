package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.bpfsim.report.stats.Verdict.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringTest {
    @TempDir
    Path temp;

    @Test
    void seesTheEffectThatTheDataHave() {
        Scorecard scores = score(SyntheticResults.quickstart());

        Effect effect = effect(scores, Comparison.AB, "dctcp", Metric.overall(Measure.SLOWDOWN_MEAN));

        // Mean slowdown 1 + 0.8 f sqrt(e): f = 1 gives 2.32, f = 0.7 gives 1.92.
        assertThat(effect.paired().relative()).isCloseTo(-0.17, within(0.04));
        assertThat(effect.verdict()).isEqualTo(new Verdict(Outcome.BETTER, true));
        assertThat(effect.paired().pairs()).isEqualTo(10);
    }

    @Test
    void marksAreNeitherGoodNorBad() {
        Effect effect = effect(
                score(SyntheticResults.quickstart()), Comparison.AB, "dctcp", Metric.overall(Measure.ECN_MARKED));

        assertThat(effect.verdict().outcome()).isEqualTo(Outcome.HIGHER);
        assertThat(effect.paired().relative()).isNaN();
    }

    @Test
    void comparesFullRolloutsWhenTheirRunsExist() {
        Scorecard scores = score(SyntheticResults.quickstart().withRollouts());
        Metric slowdown = Metric.overall(Measure.SLOWDOWN_MEAN);

        Effect ab = effect(scores, Comparison.AB, "larger-window", slowdown);
        Effect total = effect(scores, Comparison.TOTAL, "larger-window", slowdown);
        Effect bias = effect(scores, Comparison.BIAS, "larger-window", slowdown);

        assertThat(bias.paired().difference())
                .isCloseTo(total.paired().difference() - ab.paired().difference(), within(1e-12));
        assertThat(total.paired().relative()).isGreaterThan(ab.paired().relative());
        assertThat(scores.has(Comparison.SPILLOVER)).isTrue();
    }

    @Test
    void withoutRolloutsThereIsTheMixedExperimentAlone() {
        Scorecard scores = score(SyntheticResults.quickstart().replications(3));

        assertThat(scores.has(Comparison.AB)).isTrue();
        assertThat(scores.has(Comparison.TOTAL)).isFalse();
        assertThat(scores.has(Comparison.SPILLOVER)).isFalse();
    }

    @Test
    void oneReplicationGivesEstimatesWithoutVerdict() {
        Scorecard scores = score(SyntheticResults.quickstart().replications(1));

        assertThat(scores.effects())
                .filteredOn(effect -> effect.metric().equals(Metric.overall(Measure.FCT_MEAN)))
                .extracting(effect -> effect.verdict().outcome())
                .containsOnly(Outcome.ESTIMATE_ONLY);
    }

    @Test
    void p99OfFewFlowsIsTooFewData() {
        Scorecard scores = score(SyntheticResults.quickstart().flowsPerRun(300).replications(3));

        assertThat(effect(scores, Comparison.AB, "dctcp", Metric.overall(Measure.FCT_P99))
                        .verdict()
                        .outcome())
                .isEqualTo(Outcome.TOO_FEW_DATA);
        assertThat(scores.metrics().values(new Cohort("ab", "control"), Metric.overall(Measure.FCT_P99)))
                .doesNotContain(Double.NaN);
    }

    @Test
    void noEventInASmallArmIsTooFewDataAndNotAnImprovement() {
        Scorecard scores = score(SyntheticResults.experiment()
                .treatment("tiny", 0.01, 1, 1, 0)
                .flowsPerRun(1000)
                .replications(5));

        Effect effect = effect(scores, Comparison.AB, "tiny", Metric.overall(Measure.RTOS));

        assertThat(effect.paired().pairs()).isEqualTo(5);
        assertThat(effect.verdict().outcome()).isEqualTo(Outcome.TOO_FEW_DATA);
        assertThat(effect.holmPValue()).isNaN();
    }

    @Test
    void countsFlowsPerArm() {
        Scorecard scores = score(SyntheticResults.quickstart());

        assertThat(scores.flowsMeasured()).isEqualTo(20_000);
        assertThat(scores.arms().get(0).measured()).isBetween(15_500L, 16_500L);
        assertThat(scores.arms().get(0).completed())
                .isBetween(15_000L, scores.arms().get(0).measured() - 1);
    }

    @Test
    void curvesOfSizeHaveIntervalsOverReplications() {
        Scorecard scores = score(SyntheticResults.quickstart());

        assertThat(scores.sizeCurves())
                .hasSize(3)
                .allSatisfy(curve -> assertThat(curve.points())
                        .hasSizeGreaterThan(5)
                        .allSatisfy(point -> assertThat(point.p99())
                                .isBetween(
                                        point.p99Interval().orElseThrow().low() * 0.95,
                                        point.p99Interval().orElseThrow().high() * 1.05)));
    }

    private Scorecard score(SyntheticResults results) {
        return Scoring.score(ResultFolder.open(results.writeTo(temp)));
    }

    private static Effect effect(Scorecard scores, Comparison comparison, String treatment, Metric metric) {
        return scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }
}
