package org.bpfsim.report.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.util.List;
import org.bpfsim.report.stats.QueueCurve;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/** Queue depth over time, a panel per class of port: mean with a band over replications, and the deepest queue. */
final class QueueChart {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BYTES_PER_KB = 1e3;
    /** The same for all panels, so that their labels stand in one line. */
    private static final double AXIS_WIDTH = 62;

    private static final int MEAN = 0;
    private static final int DEEPEST = 1;

    private QueueChart() {}

    static JFreeChart draw(List<QueueCurve> curves, ChartStyle style) {
        NumberAxis time = style.numbers("Simulated time (ms)", "#,##0.###");
        time.setAutoRangeIncludesZero(false);
        time.setLowerMargin(0);
        time.setUpperMargin(0);
        CombinedDomainXYPlot panels = new CombinedDomainXYPlot(time) {
            private static final long serialVersionUID = 1L;

            /** Every panel has the same lines: the legend names them once. */
            @Override
            public LegendItemCollection getLegendItems() {
                return legend();
            }
        };
        style.plot(panels);
        panels.setGap(12);
        curves.forEach(curve -> panels.add(panel(curve, style)));
        return style.chart(panels, true);
    }

    private static XYPlot panel(QueueCurve curve, ChartStyle style) {
        YIntervalSeries mean = new YIntervalSeries("mean");
        YIntervalSeries deepest = new YIntervalSeries("deepest");
        for (QueueCurve.Point point : curve.points()) {
            double t = point.timeNs() / NANOS_PER_MILLI;
            mean.add(t, kb(point.meanBytes()), kb(point.lowBytes()), kb(point.highBytes()));
            deepest.add(t, kb(point.maxBytes()), kb(point.maxBytes()), kb(point.maxBytes()));
        }
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(mean);
        data.addSeries(deepest);
        NumberAxis depth = style.numbers(curve.portClass() + " (KB)", "#,##0.##");
        depth.setFixedDimension(AXIS_WIDTH);
        return style.plot(new XYPlot(data, null, depth, renderer()));
    }

    private static DeviationRenderer renderer() {
        DeviationRenderer renderer = new DeviationRenderer(true, false);
        renderer.setAlpha(0.25f);
        renderer.setSeriesPaint(MEAN, meanColor());
        renderer.setSeriesFillPaint(MEAN, meanColor());
        renderer.setSeriesStroke(MEAN, Palette.line(0));
        renderer.setSeriesPaint(DEEPEST, deepestColor());
        renderer.setSeriesFillPaint(DEEPEST, deepestColor());
        renderer.setSeriesStroke(DEEPEST, new BasicStroke(1f));
        return renderer;
    }

    private static LegendItemCollection legend() {
        LegendItemCollection items = new LegendItemCollection();
        items.add(item("mean over ports (band: 10–90% of replications)", meanColor(), 2f));
        items.add(item("deepest queue of the class, mean over replications", deepestColor(), 1f));
        return items;
    }

    private static LegendItem item(String label, Color color, float width) {
        LegendItem item = new LegendItem(
                label, null, null, null, new Line2D.Double(-10, 0, 10, 0), new BasicStroke(width), color);
        item.setLabelPaint(Palette.INK.color());
        return item;
    }

    private static Color meanColor() {
        return Palette.series(1).color();
    }

    private static Color deepestColor() {
        return Palette.series(2).color();
    }

    private static double kb(double bytes) {
        return bytes / BYTES_PER_KB;
    }
}
