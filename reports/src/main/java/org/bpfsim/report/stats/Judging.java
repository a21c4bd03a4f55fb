package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;
import org.bpfsim.report.data.Expectation;
import org.bpfsim.report.data.Expectation.Direction;
import org.bpfsim.report.data.Expectation.Range;
import org.bpfsim.report.stats.Judgement.Outcome;
import org.bpfsim.report.stats.MetricTable.Cohort;

/**
 * Holds expectations against the metric table. An expectation was written before the runs and speaks of one metric, so its
 * interval is not widened for the number of metrics looked at.
 */
final class Judging {
    private static final String MIXED = "ab";

    private final MetricTable table;
    private final RareEvents rare;

    private Judging(MetricTable table) {
        this.table = table;
        this.rare = new RareEvents(table);
    }

    static List<Judgement> of(MetricTable table, List<Expectation> expectations) {
        Judging judging = new Judging(table);
        List<Judgement> judgements = new ArrayList<>();
        for (Expectation expectation : expectations) {
            judging.judge(expectation).ifPresent(judgements::add);
        }
        return judgements;
    }

    /** Empty if the metric is none that this version knows. */
    private Optional<Judgement> judge(Expectation e) {
        return Measure.of(e.metric()).map(measure -> judge(e, measure));
    }

    private Judgement judge(Expectation e, Measure measure) {
        boolean ports = measure.scope() == Measure.Scope.PORT_CLASS;
        Cohort own = cohort(e.rollout(), e.arm(), ports);
        Cohort other = cohort(e.rollout(), e.against(), ports);
        Metric metric = find(measure, e.group(), own, other);
        double[] values = table.values(own, metric);
        double mean = mean(values);
        Optional<Interval> interval = interval(values, mean);
        Optional<PairedEffect> paired = e.direction().map(d -> {
            PairedEffect effect = PairedEffect.of(table.values(other, metric), values);
            return rare.tooFew(metric, other, own) ? effect.untested() : effect;
        });
        List<Outcome> outcomes = new ArrayList<>();
        e.direction().ifPresent(direction -> outcomes.add(compare(direction, e.by(), paired.orElseThrow())));
        e.value().ifPresent(range -> outcomes.add(within(range, mean, interval)));
        Outcome outcome = outcomes.contains(Outcome.NOT_AS_EXPECTED)
                ? Outcome.NOT_AS_EXPECTED
                : outcomes.contains(Outcome.CANNOT_TELL) ? Outcome.CANNOT_TELL : Outcome.AS_EXPECTED;
        return new Judgement(e, metric, outcome, paired, mean, interval);
    }

    private static Cohort cohort(boolean rollout, String arm, boolean ports) {
        return new Cohort(rollout ? Effects.allOf(arm) : MIXED, ports ? MetricTable.NETWORK : arm);
    }

    /** The metric as the table has it, so that it is labelled alike; one without data if neither side has it. */
    private Metric find(Measure measure, String group, Cohort own, Cohort other) {
        for (Cohort cohort : List.of(own, other)) {
            for (Metric metric : table.metrics(cohort)) {
                if (metric.measure() == measure && metric.group().equals(group)) {
                    return metric;
                }
            }
        }
        return group.equals(Metric.ALL) ? Metric.overall(measure) : Metric.ports(measure, group);
    }

    private static Outcome compare(Direction direction, Optional<Range> by, PairedEffect effect) {
        if (effect.pairs() < 2 || Double.isNaN(effect.pValue())) {
            return Outcome.CANNOT_TELL;
        }
        if (direction == Direction.SAME) {
            double most = by.orElseThrow().low();
            if (effect.differenceInterval().orElseThrow().reach() == 0) {
                return Outcome.AS_EXPECTED;
            }
            Optional<Interval> interval = effect.relativeInterval();
            if (interval.isEmpty()) {
                return Outcome.CANNOT_TELL;
            }
            boolean beyond = interval.get().low() > most || interval.get().high() < -most;
            return interval.get().reach() <= most
                    ? Outcome.AS_EXPECTED
                    : beyond ? Outcome.NOT_AS_EXPECTED : Outcome.CANNOT_TELL;
        }
        int sign = direction == Direction.HIGHER ? 1 : -1;
        Interval difference = effect.differenceInterval().orElseThrow();
        double nearest = sign > 0 ? difference.low() : -difference.high();
        double furthest = sign > 0 ? difference.high() : -difference.low();
        if (furthest <= 0) {
            return Outcome.NOT_AS_EXPECTED;
        }
        if (by.isEmpty()) {
            return nearest > 0 ? Outcome.AS_EXPECTED : Outcome.CANNOT_TELL;
        }
        if (effect.relativeInterval().isEmpty()) {
            return Outcome.CANNOT_TELL;
        }
        Interval relative = effect.relativeInterval().get();
        double low = sign > 0 ? relative.low() : -relative.high();
        double high = sign > 0 ? relative.high() : -relative.low();
        if (high < by.get().low() || low > by.get().high()) {
            return Outcome.NOT_AS_EXPECTED;
        }
        return nearest > 0 && by.get().contains(sign * effect.relative()) ? Outcome.AS_EXPECTED : Outcome.CANNOT_TELL;
    }

    private static Outcome within(Range range, double mean, Optional<Interval> interval) {
        if (Double.isNaN(mean)) {
            return Outcome.CANNOT_TELL;
        }
        if (range.contains(mean)) {
            return Outcome.AS_EXPECTED;
        }
        boolean reaches = interval.isPresent()
                && interval.get().high() >= range.low()
                && interval.get().low() <= range.high();
        return reaches ? Outcome.CANNOT_TELL : Outcome.NOT_AS_EXPECTED;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
    }

    private static Optional<Interval> interval(double[] values, double mean) {
        double[] defined = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        if (defined.length < 2) {
            return Optional.empty();
        }
        double squares =
                Arrays.stream(defined).map(v -> (v - mean) * (v - mean)).sum();
        double error = Math.sqrt(squares / (defined.length - 1) / defined.length);
        double reach = error
                * new TDistribution(null, defined.length - 1)
                        .inverseCumulativeProbability((1 + PairedEffect.LEVEL) / 2);
        return Optional.of(new Interval(mean - reach, mean + reach));
    }
}
