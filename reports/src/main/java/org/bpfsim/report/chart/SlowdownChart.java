package org.bpfsim.report.chart;

import java.awt.BasicStroke;
import java.util.List;
import org.bpfsim.report.stats.Interval;
import org.bpfsim.report.stats.SizeCurve;
import org.bpfsim.report.stats.Unit;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** p99 slowdown by flow size, one line per arm with intervals over replications; both axes logarithmic. */
final class SlowdownChart {
    /** Arms stand a little apart, so that their intervals can be read: this much of a decade. */
    private static final double DODGE_DECADES = 0.022;

    private SlowdownChart() {}

    static JFreeChart draw(List<SizeCurve> curves, ChartStyle style) {
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDefaultLinesVisible(true);
        renderer.setDrawXError(false);
        renderer.setCapLength(5);
        renderer.setErrorStroke(new BasicStroke(1f));
        double[] sizes = {Double.MAX_VALUE, 0};
        double[] slowdowns = {1, 2};
        for (SizeCurve curve : curves) {
            int arm = data.getSeriesCount();
            XYIntervalSeries series = new XYIntervalSeries(curve.arm(), false, true);
            double dodge = DODGE_DECADES * (arm - (curves.size() - 1) / 2.0);
            for (SizeCurve.Point point : curve.points()) {
                Interval interval = point.p99Interval().orElse(new Interval(point.p99(), point.p99()));
                double x = DecadeAxis.log(Math.max(1, point.medianBytes())) + dodge;
                series.add(x, x, x, log(point.p99()), log(interval.low()), log(interval.high()));
                widen(sizes, point.medianBytes(), point.medianBytes());
                widen(slowdowns, point.p99(), Math.max(point.p99(), interval.high()));
            }
            data.addSeries(series);
            renderer.setSeriesPaint(arm, Palette.series(arm).color());
            renderer.setSeriesStroke(arm, Palette.line(arm));
            renderer.setSeriesShape(arm, Palette.marker(arm));
            renderer.setSeriesShapesFilled(arm, true);
        }
        DecadeAxis size = style.axis(new DecadeAxis("Flow size (median of the bin)", Unit.BYTES));
        size.show(Math.max(1, sizes[0] / 1.15), Math.max(sizes[0], sizes[1]) * 1.15);
        DecadeAxis slowdown = style.axis(new DecadeAxis("p99 slowdown (FCT / ideal FCT)", Unit.NUMBER));
        slowdown.show(Math.min(1, slowdowns[0]), slowdowns[1]);
        return style.chart(style.plot(new XYPlot(data, size, slowdown, renderer)), true);
    }

    private static double log(double slowdown) {
        return DecadeAxis.log(Math.max(slowdown, 1e-3));
    }

    private static void widen(double[] range, double low, double high) {
        range[0] = Math.min(range[0], Math.max(low, 1e-3));
        range[1] = Math.max(range[1], high);
    }
}
