package org.bpfsim.report.chart;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.LatencyCurves;
import org.bpfsim.report.stats.Scorecard;

/** The charts of a scorecard. A chart without data is left out. */
public final class Charts {
    private static final int WIDTH = 760;
    private static final int LINE_HEIGHT = 380;
    private static final int PANEL_HEIGHT = 130;
    private static final int ROW_HEIGHT = 28;
    private static final int AXES_HEIGHT = 75;
    /** More panels would leave too little width for each. */
    private static final int FOREST_PANELS = 2;

    private Charts() {}

    /** In the order of the report: effects, distributions, sizes, queues. */
    public static List<Chart> of(Scorecard scores) {
        List<Chart> charts = new ArrayList<>();
        forests(charts, scores, Comparison.AB, "effects");
        forests(charts, scores, Comparison.TOTAL, "effects_total");
        if (scores.fctCurves().stream().anyMatch(curve -> !curve.points().isEmpty())) {
            charts.add(new Chart(
                    "fct_cdf",
                    "Distribution of flow completion times by arm",
                    WIDTH,
                    LINE_HEIGHT,
                    style -> FctCdfChart.draw(scores.fctCurves(), style)));
        }
        for (LatencyCurves latencies : scores.latencyCurves()) {
            charts.add(new Chart(
                    "latency_cdf_" + latencies.what().key(),
                    "Distribution: " + latencies.what().label() + " by arm",
                    WIDTH,
                    LINE_HEIGHT,
                    style -> FctCdfChart.draw(
                            latencies.curves(),
                            latencies.what().label(),
                            latencies.what().share(),
                            style)));
        }
        if (scores.sizeCurves().stream().anyMatch(curve -> !curve.points().isEmpty())) {
            charts.add(new Chart(
                    "slowdown_by_size",
                    "p99 slowdown by flow size and arm",
                    WIDTH,
                    LINE_HEIGHT,
                    style -> SlowdownChart.draw(scores.sizeCurves(), style)));
        }
        if (!scores.queueCurves().isEmpty()) {
            charts.add(new Chart(
                    "queue",
                    "Queue depth over time by class of port",
                    WIDTH,
                    AXES_HEIGHT + PANEL_HEIGHT * scores.queueCurves().size(),
                    style -> QueueChart.draw(scores.queueCurves(), style)));
        }
        return List.copyOf(charts);
    }

    private static void forests(List<Chart> charts, Scorecard scores, Comparison comparison, String name) {
        List<String> treatments = scores.treatments();
        for (int first = 0; first < treatments.size(); first += FOREST_PANELS) {
            List<String> panels = treatments.subList(first, Math.min(treatments.size(), first + FOREST_PANELS));
            int rows = ForestChart.metrics(scores, comparison, panels).size();
            if (rows > 0) {
                charts.add(new Chart(
                        first == 0 ? name : name + "_" + (1 + first / FOREST_PANELS),
                        comparison.label() + " of " + String.join(", ", panels) + " by metric",
                        WIDTH,
                        AXES_HEIGHT + ROW_HEIGHT * rows,
                        style -> ForestChart.draw(scores, comparison, panels, style)));
            }
        }
    }
}
