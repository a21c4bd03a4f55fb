package org.bpfsim.report.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.FlowGroup;
import org.bpfsim.report.stats.Measure;
import org.bpfsim.report.stats.Measure.Scope;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.text.EffectWords;
import org.bpfsim.report.text.Numbers;
import org.bpfsim.report.text.Quantities;

/** Tables of effects. */
final class EffectSections {
    /** What the tables by groups of flows show; the others are in effects.csv. */
    private static final List<Measure> BY_GROUP =
            List.of(Measure.FCT_MEAN, Measure.SLOWDOWN_MEAN, Measure.SLOWDOWN_P50, Measure.SLOWDOWN_P99);

    private final Scorecard scores;
    private final Html html;

    EffectSections(Scorecard scores, Html html) {
        this.scores = scores;
        this.html = html;
    }

    /** One table for all flows: a row per metric. */
    void overall(Comparison comparison, String treatment) {
        List<Effect> effects = scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().isOverall())
                .toList();
        if (!effects.isEmpty()) {
            table(comparison, treatment, columns(comparison), effects);
        }
    }

    /** What a full rollout does to queues and links. */
    void network(String treatment) {
        List<Effect> effects = scores.effects(Comparison.TOTAL, treatment).stream()
                .filter(effect -> effect.metric().measure().scope() == Scope.PORT_CLASS)
                .filter(effect ->
                        effect.paired().controlMean() != 0 || effect.paired().treatmentMean() != 0)
                .toList();
        if (!effects.isEmpty()) {
            table(Comparison.TOTAL, treatment + ", queues and links", columns(Comparison.TOTAL), effects);
        }
    }

    private static List<String> columns(Comparison comparison) {
        return switch (comparison) {
            case AB -> List.of("Metric", "Control", "Treatment", "Effect [95% interval]", "p (Holm)", "Verdict");
            case TOTAL ->
                List.of("Metric", "All control", "All treatment", "Effect [95% interval]", "p (Holm)", "Verdict");
            case BIAS -> List.of("Metric", "A/B effect", "Total effect", "Bias [95% interval]", "p (Holm)", "Verdict");
            case SPILLOVER ->
                List.of(
                        "Metric",
                        "Nobody treated",
                        "Beside treatments",
                        "Effect [95% interval]",
                        "p (Holm)",
                        "Verdict");
        };
    }

    private void table(Comparison comparison, String name, List<String> columns, List<Effect> effects) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name + ": table")
                .open("table", "class", "effects");
        html.open("caption")
                .element("strong", name)
                .text(" " + comparison.label())
                .close("caption");
        html.head(columns).open("tbody");
        effects.forEach(this::row);
        html.close("tbody").close("table").close("div");
    }

    private void row(Effect effect) {
        PairedEffect paired = effect.paired();
        html.open("tr", "class", tone(effect))
                .element("th", effect.metric().label(), "scope", "row")
                .element("td", side(effect, paired.controlMean()))
                .element("td", side(effect, paired.treatmentMean()))
                .element("td", EffectWords.estimate(effect))
                .element("td", pValues(effect))
                .element("td", EffectWords.verdict(effect), "class", "verdict")
                .close("tr");
    }

    private static String side(Effect effect, double value) {
        return effect.comparison() == Comparison.BIAS
                ? Quantities.difference(value, effect.metric().measure().unit())
                : Quantities.format(value, effect.metric().measure().unit());
    }

    private static String pValues(Effect effect) {
        double p = effect.paired().pValue();
        return Double.isNaN(p) ? "–" : pValue(p) + " (" + pValue(effect.holmPValue()) + ")";
    }

    private static String pValue(double p) {
        return p < 0.001 ? "<0.001" : Numbers.fixed(p, 3);
    }

    /** Style class of a verdict. */
    static String tone(Effect effect) {
        String tone = effect.comparison() == Comparison.BIAS
                ? "neutral"
                : switch (effect.verdict().outcome()) {
                    case BETTER -> "better";
                    case WORSE -> "worse";
                    case HIGHER, LOWER -> "changed";
                    case NO_DIFFERENCE, ESTIMATE_ONLY, TOO_FEW_DATA -> "neutral";
                };
        return effect.verdict().confirmed() ? tone : tone + " unsure";
    }

    /** Effects within groups of flows of one kind: a row per group. */
    void by(FlowGroup.Kind kind, Comparison comparison, String treatment) {
        Map<String, Map<Measure, Effect>> rows = new LinkedHashMap<>();
        for (Effect effect : scores.effects(comparison, treatment)) {
            Metric metric = effect.metric();
            if (metric.isBy(kind)) {
                rows.computeIfAbsent(metric.groupLabel(), group -> new LinkedHashMap<>())
                        .put(metric.measure(), effect);
            }
        }
        List<Measure> measures = BY_GROUP.stream()
                .filter(measure -> rows.values().stream().anyMatch(row -> hasData(row.get(measure))))
                .toList();
        if (measures.isEmpty()) {
            return;
        }
        html.open(
                        "div",
                        "class",
                        "scroll",
                        "tabindex",
                        "0",
                        "role",
                        "region",
                        "aria-label",
                        treatment + " by " + words(kind))
                .open("table", "class", "sizes");
        html.open("caption")
                .element("strong", treatment)
                .text(" " + comparison.label() + " by " + words(kind))
                .close("caption");
        List<String> columns = new ArrayList<>(List.of(kind.label()));
        measures.forEach(measure -> columns.add(measure.label()));
        html.head(columns).open("tbody");
        rows.forEach((group, row) -> {
            html.open("tr").element("th", group, "scope", "row");
            measures.forEach(measure -> cell(row.get(measure)));
            html.close("tr");
        });
        html.close("tbody").close("table").close("div");
    }

    private static String words(FlowGroup.Kind kind) {
        return switch (kind) {
            case PHASE -> "time of their beginning";
            case ALL, SIZE, DISTANCE -> kind.label().toLowerCase(Locale.ROOT);
        };
    }

    /** Says why the tables by size have no p99, if none has. */
    void p99Note() {
        boolean none = scores.effects().stream()
                .filter(effect -> effect.metric().measure() == Measure.SLOWDOWN_P99)
                .filter(effect -> effect.metric().isBy(FlowGroup.Kind.SIZE))
                .noneMatch(EffectSections::hasData);
        if (none) {
            html.element(
                    "p",
                    "A p99 within a class needs 100 flows per arm and replication, which no class has; the figure pools"
                            + " replications.",
                    "class",
                    "facts");
        }
    }

    private static boolean hasData(Effect effect) {
        return effect != null && effect.paired().pairs() > 0;
    }

    private void cell(Effect effect) {
        if (!hasData(effect)) {
            html.element("td", "too few data", "class", "none");
            return;
        }
        String[] parts = EffectWords.estimate(effect).split(" \\[", 2);
        html.open("td", "class", tone(effect), "title", EffectWords.verdict(effect));
        html.element("span", parts[0], "class", "estimate");
        if (parts.length > 1) {
            html.element("span", "[" + parts[1], "class", "interval");
        }
        html.close("td");
    }
}
