package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.Expectation;
import org.bpfsim.report.data.Expectation.Direction;
import org.bpfsim.report.data.Expectation.Range;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.Judgement.Outcome;
import org.bpfsim.report.text.JudgementWords;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The made-up arm has queueing scaled by 0.85, which makes its mean slowdown about 10% lower. */
class JudgingTest {
    private static final Range ANY = new Range(0, Double.POSITIVE_INFINITY);

    @TempDir
    private Path folder;

    private MetricTable table;

    @BeforeEach
    void score() {
        Path results = SyntheticResults.quickstart().withRollouts().writeTo(folder);
        table = Scoring.score(ResultFolder.open(results)).metrics();
    }

    private static Expectation expectation(String metric, String arm, Direction direction, Range by, Range value) {
        return new Expectation(
                metric,
                "all",
                arm,
                "control",
                false,
                Optional.ofNullable(direction),
                Optional.ofNullable(by),
                Optional.ofNullable(value));
    }

    private Judgement judge(Expectation e) {
        return Judging.of(table, List.of(e)).get(0);
    }

    private Outcome slowdown(Direction direction, Range by) {
        return judge(expectation("slowdown_mean", "larger-window", direction, by, null))
                .outcome();
    }

    @Test
    void aDirectionHoldsIfTheIntervalExcludesZeroOnThatSide() {
        assertThat(slowdown(Direction.LOWER, null)).isEqualTo(Outcome.AS_EXPECTED);
        assertThat(slowdown(Direction.HIGHER, null)).isEqualTo(Outcome.NOT_AS_EXPECTED);
    }

    @Test
    void theSizeIsJudgedByEstimateAndInterval() {
        Judgement seen = judge(expectation("slowdown_mean", "larger-window", Direction.LOWER, null, null));
        double size = -seen.paired().orElseThrow().relative();
        Interval interval = seen.paired().orElseThrow().relativeInterval().orElseThrow();
        assertThat(size).isBetween(0.05, 0.15);
        assertThat(slowdown(Direction.LOWER, new Range(size - 0.01, size + 0.01)))
                .isEqualTo(Outcome.AS_EXPECTED);
        assertThat(slowdown(Direction.LOWER, new Range(0.5, 0.9))).isEqualTo(Outcome.NOT_AS_EXPECTED);
        assertThat(slowdown(Direction.LOWER, new Range((size - interval.low()) / 2, 0.9)))
                .as("the estimate is outside, part of the interval inside")
                .isEqualTo(Outcome.CANNOT_TELL);
    }

    @Test
    void sameMeansThatTheWholeIntervalIsNear() {
        assertThat(slowdown(Direction.SAME, new Range(0.3, 0.3))).isEqualTo(Outcome.AS_EXPECTED);
        assertThat(slowdown(Direction.SAME, new Range(0.001, 0.001))).isEqualTo(Outcome.NOT_AS_EXPECTED);
    }

    @Test
    void aValueIsTheMeanOverReplications() {
        Judgement any = judge(expectation("slowdown_mean", "control", null, null, ANY));
        assertThat(any.outcome()).isEqualTo(Outcome.AS_EXPECTED);
        double mean = any.mean();
        assertThat(judge(expectation("slowdown_mean", "control", null, null, new Range(mean * 2, mean * 3)))
                        .outcome())
                .isEqualTo(Outcome.NOT_AS_EXPECTED);
        double justAbove = (mean + any.interval().orElseThrow().high()) / 2;
        assertThat(judge(expectation("slowdown_mean", "control", null, null, new Range(justAbove, mean * 3)))
                        .outcome())
                .isEqualTo(Outcome.CANNOT_TELL);
    }

    /** Everybody with dctcp has queueing of 0.55, where the arm of the experiment has 0.7. */
    @Test
    void aRolloutComparesRunsOfEverybody() {
        Expectation ab = expectation("slowdown_mean", "dctcp", Direction.LOWER, null, null);
        Expectation rollout = new Expectation(
                ab.metric(),
                ab.group(),
                ab.arm(),
                ab.against(),
                true,
                ab.direction(),
                Optional.empty(),
                Optional.empty());
        assertThat(judge(rollout).paired().orElseThrow().relative())
                .isLessThan(judge(ab).paired().orElseThrow().relative());
    }

    @Test
    void rareEventsAndAbsentDataCannotTell() {
        assertThat(judge(expectation("rtos_per_1000_flows", "dctcp", Direction.LOWER, null, null)))
                .matches(j -> j.paired().orElseThrow().pairs() > 0);
        Expectation absent = new Expectation(
                "fct_p99",
                "same-rack",
                "dctcp",
                "control",
                false,
                Optional.of(Direction.LOWER),
                Optional.empty(),
                Optional.empty());
        Judgement judgement = judge(absent);
        assertThat(judgement.outcome()).isEqualTo(Outcome.CANNOT_TELL);
        assertThat(JudgementWords.seen(judgement)).isEqualTo("no data");
        assertThat(JudgementWords.expected(judgement)).isEqualTo("FCT, p99 (same-rack): dctcp lower than control");
    }

    @Test
    void wordsSayWhatWasExpected() {
        Judgement judgement =
                judge(expectation("fct_mean", "dctcp", Direction.LOWER, new Range(0.1, 0.6), new Range(1e6, 3e6)));
        assertThat(JudgementWords.expected(judgement))
                .isEqualTo("FCT, mean: dctcp lower than control by 10.0% to 60.0%, at 1.00 ms to 3.00 ms");
    }
}
