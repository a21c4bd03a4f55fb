package org.bpfsim.report.html;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.report.chart.Chart;
import org.bpfsim.report.chart.SvgImage;
import org.bpfsim.report.stats.LatencyCurves;

/** Charts with captions and links to their data. */
final class FigureSections {
    private record Caption(String text, String table) {}

    /** Captions by the beginning of a chart's name. */
    private static final Map<String, Caption> CAPTIONS = captions();

    private final Html html;
    private int number;

    FigureSections(Html html) {
        this.html = html;
    }

    private static Map<String, Caption> captions() {
        Map<String, Caption> captions = new LinkedHashMap<>();
        captions.put(
                "effects_total",
                new Caption(
                        "What a 100% rollout changes: relative difference between runs with everybody in the treatment and runs"
                                + " with everybody in control, with 95% intervals over replications.",
                        "effects.csv"));
        captions.put(
                "effects",
                new Caption(
                        "Relative difference of each treatment to control, with 95% intervals over replications. Filled"
                                + " markers: the interval excludes zero. Metrics without a relative difference (control"
                                + " is zero) or with too few data stand in the table alone.",
                        "effects.csv"));
        captions.put(
                "fct_cdf",
                new Caption("Flow completion times of completed flows, pooled over all replications.", "fct_cdf.csv"));
        for (LatencyCurves.What what : LatencyCurves.What.values()) {
            captions.put(
                    "latency_cdf_" + what.key(),
                    new Caption(what.label() + ", pooled over all replications.", "latency_cdf.csv"));
        }
        captions.put(
                "slowdown_by_size",
                new Caption(
                        "p99 of the slowdown (flow completion time over the ideal one on an empty network) in bins of flow"
                                + " size, pooled over replications. Bars: 95% intervals that resample whole replications."
                                + " Arms stand slightly apart so that bars can be told from one another.",
                        "slowdown_by_size.csv"));
        captions.put(
                "queue",
                new Caption(
                        "Queue depth by class of port. Each panel has its own scale. All arms share these queues.",
                        "queue.csv"));
        return captions;
    }

    /** Draws those charts whose name is one of those, or begins with one and goes on with a number. */
    void figures(List<Chart> charts, String name) {
        for (Chart chart : charts) {
            if (chart.name().matches(name + "(_\\d+)?")) {
                figure(chart, CAPTIONS.get(name));
            }
        }
    }

    private void figure(Chart chart, Caption caption) {
        number++;
        html.open("figure")
                .open("div", "class", "scroll chart")
                .raw(SvgImage.inline(chart))
                .close("div");
        html.open("figcaption").element("strong", "Figure " + number + ". ").text(caption.text() + " Data: ");
        html.element("a", "tables/" + caption.table(), "href", "tables/" + caption.table());
        html.text(". File: ")
                .element("a", "SVG", "href", "charts/" + chart.name() + ".svg")
                .text(".");
        html.close("figcaption").close("figure");
    }
}
