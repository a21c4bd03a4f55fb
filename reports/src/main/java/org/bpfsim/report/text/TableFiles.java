package org.bpfsim.report.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.report.data.Expectation;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.FctCurve;
import org.bpfsim.report.stats.Interval;
import org.bpfsim.report.stats.Judgement;
import org.bpfsim.report.stats.LatencyCurves;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.MetricTable;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.QueueCurve;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.stats.SizeCurve;

/**
 * The files under tables/. Values are in the unit that a row names (nanoseconds, bytes, bits per second, fractions),
 * with nine significant digits; an empty cell is undefined. docs/statistics.md explains the columns.
 *
 * <pre>
 * effects.csv           one row per comparison, treatment and metric: estimate, intervals, p-values, verdict
 * expectations.csv      one row per expectation of the scenario: what was expected, what was seen, whether it held
 * metrics.csv           one row per variant, arm, replication and metric; an empty arm is the run's network
 * fct_cdf.csv           quantiles of the flow completion time per arm
 * latency_cdf.csv       the same of the latency of what applications ask for; absent if they do not
 * slowdown_by_size.csv  median and p99 slowdown per arm and bin of sizes
 * queue.csv             queue depth over time per class of port
 * </pre>
 */
public final class TableFiles {
    private TableFiles() {}

    /** File names and their contents, in the order above. */
    public static Map<String, String> of(Scorecard scores) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("effects.csv", effects(scores));
        files.put("expectations.csv", expectations(scores));
        files.put("metrics.csv", metrics(scores.metrics()));
        files.put("fct_cdf.csv", fctCdf(scores));
        if (!scores.latencyCurves().isEmpty()) {
            files.put("latency_cdf.csv", latencyCdf(scores));
        }
        files.put("slowdown_by_size.csv", slowdownBySize(scores));
        files.put("queue.csv", queue(scores));
        return Collections.unmodifiableMap(files);
    }

    private static String effects(Scorecard scores) {
        Csv csv = new Csv(
                "comparison",
                "treatment",
                "metric",
                "group",
                "unit",
                "pairs",
                "control_mean",
                "treatment_mean",
                "difference",
                "difference_low",
                "difference_high",
                "relative",
                "relative_low",
                "relative_high",
                "p_value",
                "p_holm",
                "outcome",
                "confirmed",
                "verdict");
        for (Effect effect : scores.effects()) {
            PairedEffect paired = effect.paired();
            Metric metric = effect.metric();
            csv.row(
                    effect.comparison().key(),
                    effect.treatment(),
                    metric.measure().key(),
                    metric.group(),
                    metric.measure().unit().symbol(),
                    paired.pairs(),
                    paired.controlMean(),
                    paired.treatmentMean(),
                    paired.difference(),
                    low(paired.differenceInterval()),
                    high(paired.differenceInterval()),
                    paired.relative(),
                    low(paired.relativeInterval()),
                    high(paired.relativeInterval()),
                    paired.pValue(),
                    effect.holmPValue(),
                    effect.verdict().outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    effect.verdict().confirmed(),
                    EffectWords.verdict(effect));
        }
        return csv.toString();
    }

    private static String expectations(Scorecard scores) {
        Csv csv = new Csv("metric", "group", "arm", "against", "in", "expected", "seen", "outcome");
        for (Judgement judgement : scores.judgements()) {
            Expectation e = judgement.expectation();
            csv.row(
                    e.metric(),
                    e.group(),
                    e.arm(),
                    e.direction().isPresent() ? e.against() : "",
                    e.rollout() ? "rollout" : "ab",
                    JudgementWords.expected(judgement),
                    JudgementWords.seen(judgement),
                    JudgementWords.outcome(judgement));
        }
        return csv.toString();
    }

    private static String metrics(MetricTable table) {
        Csv csv = new Csv("variant", "arm", "replication", "metric", "group", "unit", "value");
        for (MetricTable.Cohort cohort : table.cohorts()) {
            for (Metric metric : table.metrics(cohort)) {
                double[] values = table.values(cohort, metric);
                for (int i = 0; i < values.length; i++) {
                    csv.row(
                            cohort.variant(),
                            cohort.arm(),
                            table.replications().get(i),
                            metric.measure().key(),
                            metric.group(),
                            metric.measure().unit().symbol(),
                            values[i]);
                }
            }
        }
        return csv.toString();
    }

    private static String fctCdf(Scorecard scores) {
        Csv csv = new Csv("arm", "flows", "probability", "fct_ns");
        for (FctCurve curve : scores.fctCurves()) {
            for (FctCurve.Point point : curve.points()) {
                csv.row(curve.arm(), curve.flows(), point.probability(), point.fctNs());
            }
        }
        return csv.toString();
    }

    private static String latencyCdf(Scorecard scores) {
        Csv csv = new Csv("kind", "arm", "requests", "probability", "latency_ns");
        for (LatencyCurves latencies : scores.latencyCurves()) {
            for (FctCurve curve : latencies.curves()) {
                for (FctCurve.Point point : curve.points()) {
                    csv.row(latencies.what().key(), curve.arm(), curve.flows(), point.probability(), point.fctNs());
                }
            }
        }
        return csv.toString();
    }

    private static String slowdownBySize(Scorecard scores) {
        Csv csv = new Csv(
                "arm",
                "min_bytes",
                "max_bytes",
                "median_bytes",
                "flows",
                "slowdown_p50",
                "slowdown_p99",
                "slowdown_p99_low",
                "slowdown_p99_high");
        for (SizeCurve curve : scores.sizeCurves()) {
            for (SizeCurve.Point point : curve.points()) {
                csv.row(
                        curve.arm(),
                        point.minBytes(),
                        point.maxBytes(),
                        point.medianBytes(),
                        point.flows(),
                        point.p50(),
                        point.p99(),
                        low(point.p99Interval()),
                        high(point.p99Interval()));
            }
        }
        return csv.toString();
    }

    private static String queue(Scorecard scores) {
        Csv csv = new Csv("port_class", "ports", "t_ns", "mean_bytes", "low_bytes", "high_bytes", "max_bytes");
        for (QueueCurve curve : scores.queueCurves()) {
            for (QueueCurve.Point point : curve.points()) {
                csv.row(
                        curve.portClass(),
                        curve.ports(),
                        point.timeNs(),
                        point.meanBytes(),
                        point.lowBytes(),
                        point.highBytes(),
                        point.maxBytes());
            }
        }
        return csv.toString();
    }

    private static double low(Optional<Interval> interval) {
        return interval.map(Interval::low).orElse(Double.NaN);
    }

    private static double high(Optional<Interval> interval) {
        return interval.map(Interval::high).orElse(Double.NaN);
    }
}
