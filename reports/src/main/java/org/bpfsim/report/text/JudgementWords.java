package org.bpfsim.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bpfsim.report.data.Expectation;
import org.bpfsim.report.data.Expectation.Direction;
import org.bpfsim.report.data.Expectation.Range;
import org.bpfsim.report.stats.Interval;
import org.bpfsim.report.stats.Judgement;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.Unit;

/** An expectation and what became of it, as readers see them. */
public final class JudgementWords {
    private JudgementWords() {}

    /** "as expected", "not as expected" or "cannot tell". */
    public static String outcome(Judgement judgement) {
        return judgement.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What was expected: "FCT, p99: dctcp lower than control by 10.0% to 60.0%". */
    public static String expected(Judgement judgement) {
        Expectation e = judgement.expectation();
        Unit unit = judgement.metric().measure().unit();
        List<String> parts = new ArrayList<>();
        e.direction().ifPresent(direction -> parts.add(comparison(e, direction)));
        e.value().ifPresent(range -> parts.add((parts.isEmpty() ? e.arm() + " " : "") + "at " + values(range, unit)));
        return judgement.metric().label() + ": " + String.join(", ", parts).strip()
                + (e.rollout() ? " (roll-out)" : "");
    }

    private static String comparison(Expectation e, Direction direction) {
        String by = e.by().map(JudgementWords::shares).orElse("");
        return e.arm()
                + switch (direction) {
                    case LOWER -> " lower than " + e.against() + (by.isEmpty() ? "" : " by " + by);
                    case HIGHER -> " higher than " + e.against() + (by.isEmpty() ? "" : " by " + by);
                    case SAME ->
                        " as " + e.against() + ", within "
                                + Quantities.magnitude(e.by().orElseThrow().low());
                };
    }

    private static String shares(Range range) {
        return Double.isInfinite(range.high())
                ? Quantities.magnitude(range.low()) + " or more"
                : Quantities.magnitude(range.low()) + " to " + Quantities.magnitude(range.high());
    }

    private static String values(Range range, Unit unit) {
        if (range.low() == range.high()) {
            return Quantities.format(range.low(), unit);
        }
        return Quantities.format(range.low(), unit)
                + (Double.isInfinite(range.high()) ? " or more" : " to " + Quantities.format(range.high(), unit));
    }

    /** What was seen: "−35.1% [−40.2, −29.9]; 1.2 ms [1.1 ms, 1.3 ms]". */
    public static String seen(Judgement judgement) {
        Unit unit = judgement.metric().measure().unit();
        List<String> parts = new ArrayList<>();
        judgement.paired().ifPresent(paired -> parts.add(effect(paired, unit)));
        if (judgement.expectation().value().isPresent()) {
            parts.add(Quantities.format(judgement.mean(), unit)
                    + judgement.interval().map(i -> ends(i, unit)).orElse(""));
        }
        return String.join("; ", parts);
    }

    private static String effect(PairedEffect paired, Unit unit) {
        if (paired.pairs() == 0) {
            return "no data";
        }
        if (Double.isNaN(paired.relative())) {
            return Quantities.difference(paired.difference(), unit)
                    + paired.differenceInterval()
                            .map(i -> " [" + Quantities.difference(i.low(), unit) + ", "
                                    + Quantities.difference(i.high(), unit) + "]")
                            .orElse("");
        }
        return Quantities.relative(paired.relative())
                + paired.relativeInterval()
                        .map(i -> " [" + Quantities.relativeNumber(i.low()) + ", " + Quantities.relativeNumber(i.high())
                                + "]")
                        .orElse(", no interval");
    }

    private static String ends(Interval interval, Unit unit) {
        return " [" + Quantities.format(interval.low(), unit) + ", " + Quantities.format(interval.high(), unit) + "]";
    }
}
