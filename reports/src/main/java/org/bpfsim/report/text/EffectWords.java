package org.bpfsim.report.text;

import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.Interval;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.Unit;

/** An effect and its verdict as readers see them: the same words in terminal, page and CSV. */
public final class EffectWords {
    /** An interval that reaches further than this (relative) does not show that nothing has changed. */
    private static final double TOO_WIDE = 0.3;

    private EffectWords() {}

    /** Estimate and interval, relative if it can be: "−12.3% [−15.1, −9.4]"; "–" without data. */
    public static String estimate(Effect effect) {
        PairedEffect paired = effect.paired();
        Unit unit = effect.metric().measure().unit();
        if (paired.pairs() == 0) {
            return "–";
        }
        if (Double.isNaN(paired.relative()) || effect.comparison() == Comparison.BIAS) {
            return Quantities.difference(paired.difference(), unit)
                    + paired.differenceInterval().map(i -> differences(i, unit)).orElse("");
        }
        return Quantities.relative(paired.relative())
                + paired.relativeInterval()
                        .map(i -> " [" + Quantities.relativeNumber(i.low()) + ", " + Quantities.relativeNumber(i.high())
                                + "]")
                        .orElse("");
    }

    /** The ends in their units; the unit stands once if it is the same. */
    private static String differences(Interval interval, Unit unit) {
        String low = Quantities.difference(interval.low(), unit);
        String high = Quantities.difference(interval.high(), unit);
        String symbol = low.substring(low.indexOf(' ') + 1);
        boolean same = low.contains(" ") && high.endsWith(" " + symbol);
        return " [" + (same ? low.substring(0, low.indexOf(' ')) : low) + ", " + high + "]";
    }

    /** The verdict in words. */
    public static String verdict(Effect effect) {
        if (effect.comparison() == Comparison.BIAS) {
            return bias(effect);
        }
        String perhaps = effect.verdict().confirmed() ? "" : "perhaps ";
        return switch (effect.verdict().outcome()) {
            case BETTER -> perhaps + "better: " + change(effect);
            case WORSE -> perhaps + "worse: " + change(effect);
            case HIGHER, LOWER -> perhaps + change(effect);
            case NO_DIFFERENCE -> noDifference(effect);
            case ESTIMATE_ONLY -> change(effect) + " in one replication, no interval";
            case TOO_FEW_DATA -> "too few data";
        };
    }

    private static String change(Effect effect) {
        PairedEffect paired = effect.paired();
        if (paired.difference() == 0) {
            return "equal";
        }
        String size = Double.isNaN(paired.relative())
                ? magnitude(paired.difference(), effect)
                : Quantities.magnitude(paired.relative());
        return size + (paired.difference() > 0 ? " higher" : " lower");
    }

    private static String noDifference(Effect effect) {
        PairedEffect paired = effect.paired();
        if (paired.differenceInterval().map(Interval::reach).orElse(Double.NaN) == 0) {
            return "equal in all replications";
        }
        // Without a relative interval the control itself is not known to differ from zero.
        double unbounded = Double.isNaN(paired.relative()) ? 0 : Double.POSITIVE_INFINITY;
        double size = paired.relativeInterval().map(Interval::reach).orElse(unbounded);
        String reach = paired.relativeInterval()
                .map(interval -> Quantities.magnitude(interval.reach()))
                .or(() -> paired.differenceInterval().map(interval -> magnitude(interval.reach(), effect)))
                .orElseThrow();
        return (size > TOO_WIDE ? "cannot tell (±" : "no difference seen (±") + reach + ")";
    }

    /** The size of a difference in the metric's own unit. */
    private static String magnitude(double difference, Effect effect) {
        String signed = Quantities.difference(
                Math.abs(difference), effect.metric().measure().unit());
        return signed.startsWith("+") ? signed.substring(1) : signed;
    }

    private static String bias(Effect effect) {
        PairedEffect paired = effect.paired();
        double ab = paired.controlMean();
        double total = paired.treatmentMean();
        String perhaps = effect.verdict().confirmed() ? "" : "perhaps ";
        return switch (effect.verdict().outcome()) {
            case TOO_FEW_DATA -> "too few data";
            case ESTIMATE_ONLY -> "one replication, no interval";
            case NO_DIFFERENCE -> "no bias seen";
            case HIGHER, LOWER, BETTER, WORSE ->
                perhaps
                        + (ab * total < 0
                                ? "A/B points the wrong way"
                                : Math.abs(ab) > Math.abs(total)
                                        ? "A/B overstates the effect"
                                        : "A/B understates the effect");
        };
    }
}
