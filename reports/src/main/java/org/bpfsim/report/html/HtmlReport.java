package org.bpfsim.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.report.chart.Chart;
import org.bpfsim.report.chart.Palette;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.FlowGroup;
import org.bpfsim.report.stats.Judgement;
import org.bpfsim.report.stats.LatencyCurves;
import org.bpfsim.report.stats.Measure.Scope;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.MetricTable;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.text.JudgementWords;
import org.bpfsim.report.text.Numbers;
import org.bpfsim.report.text.Quantities;
import org.bpfsim.report.text.Summary;

/** The page: verdicts first, then effects, figures, set-up and methods. */
public final class HtmlReport {
    private static final String CREATED_BY = "Made by bpfsim from stored results.";

    private final Scorecard scores;
    private final List<Chart> charts;
    private final Html html = new Html();
    private final EffectSections effects;
    private final FigureSections figures;
    private final SetupSections setup;

    private HtmlReport(Scorecard scores, List<Chart> charts) {
        this.scores = scores;
        this.charts = charts;
        this.effects = new EffectSections(scores, html);
        this.figures = new FigureSections(html);
        this.setup = new SetupSections(scores, html);
    }

    /**
     * The page's text.
     *
     * @param charts to draw; may be empty where charts cannot be drawn
     * @param notes what the reader must know about this report itself, for example that charts are missing
     */
    public static String render(Scorecard scores, List<Chart> charts, String scenarioText, List<String> notes) {
        return new HtmlReport(scores, charts).page(scenarioText, notes);
    }

    private String page(String scenarioText, List<String> notes) {
        html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        html.raw(
                "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.element("title", scores.manifest().name() + " – bpfsim report");
        html.open("style")
                .raw(style())
                .close("style")
                .close("head")
                .open("body")
                .open("main");
        header(notes);
        verdicts();
        expectations();
        abEffects();
        rollouts();
        requests();
        sizes();
        network();
        setup.scenario(scenarioText);
        setup.methods();
        setup.reproduce();
        html.element("footer", CREATED_BY);
        return html.close("main").close("body").close("html").toString();
    }

    private void header(List<String> notes) {
        html.open("header").element("p", "bpfsim report", "class", "kicker");
        html.element("h1", scores.manifest().name());
        if (!scores.manifest().question().isEmpty()) {
            html.element("p", scores.manifest().question(), "class", "question");
        }
        int replications = scores.metrics().replications().size();
        html.element(
                "p",
                units() + Numbers.whole(replications)
                        + (replications == 1 ? " replication" : " replications") + " · "
                        + Numbers.whole(scores.arms().size()) + " arms · seed "
                        + scores.manifest().seed() + " · version "
                        + scores.manifest().version(),
                "class",
                "facts");
        if (!scores.missing().isEmpty()) {
            html.element(
                    "p",
                    Numbers.whole(scores.missing().size()) + " of "
                            + Numbers.whole(scores.missing().size()
                                    + scores.scoredRuns().size())
                            + " planned runs are missing or failed; comparisons use the replications that are complete.",
                    "class",
                    "note");
        }
        notes.forEach(note -> html.element("p", note, "class", "note"));
        html.close("header");
    }

    private void verdicts() {
        html.open("section").element("h2", "Verdict", "id", "verdict").open("div", "class", "cards");
        for (String treatment : scores.treatments()) {
            Summary summary = Summary.of(scores, treatment);
            html.open("article", "class", "card " + tone(summary));
            html.element("h3", treatment)
                    .element("p", summary.headline(), "class", "headline")
                    .open("ul");
            for (String point : summary.points()) {
                int colon = point.indexOf(": ");
                html.open("li")
                        .element("b", point.substring(0, colon + 1))
                        .text(point.substring(colon + 1))
                        .close("li");
            }
            html.close("ul").close("article");
        }
        html.close("div").close("section");
    }

    private void expectations() {
        if (scores.judgements().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "As expected?", "id", "expectations");
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Expectations: table")
                .open("table", "class", "effects");
        html.head(List.of("Expected", "Seen [95% interval]", "Outcome")).open("tbody");
        for (Judgement judgement : scores.judgements()) {
            String tone = switch (judgement.outcome()) {
                case AS_EXPECTED -> "better";
                case NOT_AS_EXPECTED -> "worse";
                case CANNOT_TELL -> "neutral";
            };
            html.open("tr", "class", tone)
                    .element("th", JudgementWords.expected(judgement), "scope", "row")
                    .element("td", JudgementWords.seen(judgement))
                    .element("td", JudgementWords.outcome(judgement), "class", "verdict")
                    .close("tr");
        }
        html.close("tbody").close("table").close("div").close("section");
    }

    private static String tone(Summary summary) {
        return switch (summary.overall()) {
            case BETTER -> "better";
            case WORSE -> "worse";
            case HIGHER, LOWER -> "changed";
            case NO_DIFFERENCE, ESTIMATE_ONLY, TOO_FEW_DATA -> "neutral";
        };
    }

    private void abEffects() {
        if (!scores.has(Comparison.AB)) {
            return;
        }
        html.open("section").element("h2", "Effects against control", "id", "effects");
        figures.figures(charts, "effects");
        scores.treatments().forEach(treatment -> effects.overall(Comparison.AB, treatment));
        html.close("section");
    }

    private void rollouts() {
        if (!scores.has(Comparison.TOTAL)) {
            return;
        }
        html.open("section").element("h2", "If everybody had it", "id", "rollout");
        html.element(
                "p",
                "Runs with the same traffic in which everybody is in one arm. Their difference is what a 100% rollout would do."
                        + " Where it differs from the A/B effect, the arms have disturbed one another in shared queues, and the"
                        + " A/B test alone would mislead.");
        figures.figures(charts, "effects_total");
        for (String treatment : scores.treatments()) {
            effects.overall(Comparison.TOTAL, treatment);
            effects.overall(Comparison.BIAS, treatment);
        }
        effects.overall(Comparison.SPILLOVER, scores.control());
        html.open("details").element("summary", "What a 100% rollout does to queues and links");
        scores.treatments().forEach(effects::network);
        html.close("details").close("section");
    }

    /** What there is to compare: flows, or what applications asked for, or both. */
    private String units() {
        long requests = scores.requestsAnswered();
        String flows =
                scores.flowsMeasured() > 0 || requests == 0 ? Numbers.whole(scores.flowsMeasured()) + " flows · " : "";
        return requests > 0 ? flows + Numbers.whole(requests) + " requests · " : flows;
    }

    private void requests() {
        if (scores.latencyCurves().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Requests", "id", "requests");
        for (LatencyCurves latencies : scores.latencyCurves()) {
            figures.figures(charts, "latency_cdf_" + latencies.what().key());
        }
        html.close("section");
    }

    private void sizes() {
        if (scores.flowsMeasured() == 0 && scores.requestsAnswered() > 0) {
            return;
        }
        html.open("section").element("h2", "By flow size", "id", "sizes");
        figures.figures(charts, "slowdown_by_size");
        figures.figures(charts, "fct_cdf");
        Comparison comparison = scores.has(Comparison.AB) ? Comparison.AB : Comparison.TOTAL;
        scores.treatments().forEach(treatment -> effects.by(FlowGroup.Kind.SIZE, comparison, treatment));
        effects.p99Note();
        html.close("section");
        by(FlowGroup.Kind.DISTANCE, comparison, "By distance", "distance");
        by(FlowGroup.Kind.PHASE, comparison, "Before and after programs came or went", "phases");
    }

    /** A section about groups of flows, if there are any. */
    private void by(FlowGroup.Kind kind, Comparison comparison, String heading, String id) {
        if (scores.effects().stream().noneMatch(effect -> effect.metric().isBy(kind))) {
            return;
        }
        html.open("section").element("h2", heading, "id", id);
        scores.treatments().forEach(treatment -> effects.by(kind, comparison, treatment));
        html.close("section");
    }

    private void network() {
        html.open("section").element("h2", "Queues and links", "id", "network");
        figures.figures(charts, "queue");
        for (Cohort cohort : scores.metrics().cohorts()) {
            if (cohort.arm().equals(MetricTable.NETWORK)) {
                networkTable(cohort);
            }
        }
        html.close("section");
    }

    private void networkTable(Cohort cohort) {
        List<Metric> metrics = scores.metrics().metrics(cohort).stream()
                .filter(metric -> metric.measure().scope() == Scope.PORT_CLASS)
                .toList();
        if (metrics.isEmpty()) {
            return;
        }
        List<String> groups = metrics.stream().map(Metric::group).distinct().toList();
        var measures = metrics.stream().map(Metric::measure).distinct().sorted().toList();
        html.open("div", "class", "scroll").open("table", "class", "plain");
        html.open("caption")
                .element("strong", cohort.variant().equals("ab") ? "Mixed experiment" : cohort.variant())
                .text(" mean over replications")
                .close("caption");
        List<String> columns = new ArrayList<>(List.of("Ports"));
        measures.forEach(measure -> columns.add(measure.label()));
        html.head(columns).open("tbody");
        for (String group : groups) {
            html.open("tr").element("th", group, "scope", "row");
            measures.forEach(measure ->
                    html.element("td", Quantities.format(mean(cohort, Metric.ports(measure, group)), measure.unit())));
            html.close("tr");
        }
        html.close("tbody").close("table").close("div");
    }

    private double mean(Cohort cohort, Metric metric) {
        double sum = 0;
        int n = 0;
        for (double value : scores.metrics().values(cohort, metric)) {
            if (!Double.isNaN(value)) {
                sum += value;
                n++;
            }
        }
        return sum / n;
    }

    /** The style sheet, with the charts' colours as its variables. */
    private static String style() {
        StringBuilder light = new StringBuilder();
        StringBuilder dark = new StringBuilder();
        for (Palette.Tone tone : Palette.tones()) {
            light.append(tone.variable()).append(": ").append(tone.light()).append("; ");
            dark.append(tone.variable()).append(": ").append(tone.dark()).append("; ");
        }
        try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("/* chart light */", light)
                    .replace("/* chart dark */", dark);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css cannot be read from the program itself", e);
        }
    }
}
