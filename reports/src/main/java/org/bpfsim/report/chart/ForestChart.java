package org.bpfsim.report.chart;

import java.awt.BasicStroke;
import java.util.List;
import java.util.TreeSet;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.Interval;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.stats.Verdict.Outcome;
import org.bpfsim.report.text.Quantities;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.CombinedRangeXYPlot;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Forest plot: relative difference to control with its 95% interval, a row per metric, a panel per treatment, filled
 * markers where the interval excludes zero. The axis ends at ±100%; what lies beyond is written at its edge.
 */
final class ForestChart {
    private static final double LIMIT_PERCENT = 100;
    private static final double MIN_REACH_PERCENT = 5;
    private static final double PERCENT = 100;

    private final ChartStyle style;
    private final List<Metric> metrics;
    private final Range range;

    private ForestChart(ChartStyle style, List<Metric> metrics, Range range) {
        this.style = style;
        this.metrics = metrics;
        this.range = range;
    }

    /** Metrics that have a relative effect in any of the treatments, in the order of tables. */
    static List<Metric> metrics(Scorecard scores, Comparison comparison, List<String> treatments) {
        TreeSet<Metric> metrics = new TreeSet<>();
        for (String treatment : treatments) {
            rows(scores, comparison, treatment).forEach(effect -> metrics.add(effect.metric()));
        }
        return List.copyOf(metrics);
    }

    private static List<Effect> rows(Scorecard scores, Comparison comparison, String treatment) {
        return scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().isOverall())
                .filter(effect -> !Double.isNaN(effect.paired().relative()))
                .filter(effect -> effect.verdict().outcome() != Outcome.TOO_FEW_DATA)
                .toList();
    }

    static JFreeChart draw(Scorecard scores, Comparison comparison, List<String> treatments, ChartStyle style) {
        List<Metric> metrics = metrics(scores, comparison, treatments);
        double low = -MIN_REACH_PERCENT;
        double high = MIN_REACH_PERCENT;
        for (String treatment : treatments) {
            for (Effect effect : rows(scores, comparison, treatment)) {
                Interval interval = interval(effect);
                low = Math.min(low, PERCENT * interval.low());
                high = Math.max(high, PERCENT * interval.high());
            }
        }
        low = Math.max(low, -LIMIT_PERCENT);
        high = Math.min(high, LIMIT_PERCENT);
        double room = 0.06 * (high - low);
        ForestChart chart = new ForestChart(style, metrics, new Range(low - room, high + room));
        CombinedRangeXYPlot panels = style.plot(new CombinedRangeXYPlot(chart.rowAxis()));
        panels.setGap(18);
        for (String treatment : treatments) {
            int arm = 1 + scores.treatments().indexOf(treatment);
            panels.add(chart.panel(treatment, rows(scores, comparison, treatment), arm));
        }
        return style.chart(panels, false);
    }

    private SymbolAxis rowAxis() {
        String[] labels = metrics.stream().map(Metric::label).toArray(String[]::new);
        SymbolAxis axis = style.axis(new SymbolAxis("", labels));
        axis.setInverted(true);
        axis.setGridBandsVisible(false);
        axis.setTickMarksVisible(false);
        axis.setAxisLineVisible(false);
        axis.setTickLabelPaint(Palette.INK.color());
        axis.setRange(-0.6, labels.length - 0.4);
        return axis;
    }

    private XYPlot panel(String treatment, List<Effect> effects, int arm) {
        XYIntervalSeries seen = new XYIntervalSeries("seen");
        XYIntervalSeries unseen = new XYIntervalSeries("not seen");
        NumberAxis axis = style.numbers(treatment + ": difference to control (%)", new PercentTicks());
        axis.setRange(range);
        XYPlot plot = style.plot(new XYPlot(null, axis, null, renderer(arm)));
        for (Effect effect : effects) {
            int row = metrics.indexOf(effect.metric());
            double value = PERCENT * effect.paired().relative();
            Interval interval = interval(effect);
            if (range.contains(value)) {
                // An interval that leaves the panel is cut by its edge, without a cap.
                (effect.verdict().sawDifference() ? seen : unseen)
                        .add(value, PERCENT * interval.low(), PERCENT * interval.high(), row, row, row);
            } else {
                plot.addAnnotation(beyond(effect.paired().relative(), row, arm));
            }
        }
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        data.addSeries(seen);
        data.addSeries(unseen);
        plot.setDataset(data);
        ValueMarker zero = new ValueMarker(0, Palette.MUTED.color(), new BasicStroke(1.2f));
        plot.addDomainMarker(zero, Layer.BACKGROUND);
        return plot;
    }

    private XYErrorRenderer renderer(int arm) {
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDrawYError(false);
        renderer.setCapLength(6);
        renderer.setErrorStroke(new BasicStroke(1.4f));
        renderer.setUseFillPaint(true);
        renderer.setDrawOutlines(true);
        for (int series = 0; series < 2; series++) {
            renderer.setSeriesPaint(series, Palette.series(arm).color());
            renderer.setSeriesOutlinePaint(series, Palette.series(arm).color());
            renderer.setSeriesOutlineStroke(series, new BasicStroke(1.4f));
            renderer.setSeriesShape(series, Palette.marker(arm));
            renderer.setSeriesFillPaint(
                    series, series == 0 ? Palette.series(arm).color() : Palette.PAPER.color());
        }
        return renderer;
    }

    private XYTextAnnotation beyond(double relative, int row, int arm) {
        boolean right = relative > 0;
        String text = right ? Quantities.relative(relative) + " \u2192" : "\u2190 " + Quantities.relative(relative);
        double edge = right ? range.getUpperBound() : range.getLowerBound();
        XYTextAnnotation annotation = new XYTextAnnotation(text, edge, row);
        annotation.setFont(style.text());
        annotation.setPaint(Palette.series(arm).color());
        annotation.setTextAnchor(right ? TextAnchor.CENTER_RIGHT : TextAnchor.CENTER_LEFT);
        return annotation;
    }

    private static Interval interval(Effect effect) {
        double relative = effect.paired().relative();
        return effect.paired().relativeInterval().orElse(new Interval(relative, relative));
    }
}
