package org.bpfsim.report.chart;

import java.awt.geom.Line2D;
import java.util.List;
import org.bpfsim.report.stats.FctCurve;
import org.bpfsim.report.stats.Unit;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Cumulative distribution of flow completion times or latencies, one line per arm, time on a logarithmic axis. */
final class FctCdfChart {
    private static final double TICK = 0.2;

    private FctCdfChart() {}

    static JFreeChart draw(List<FctCurve> curves, ChartStyle style) {
        return draw(curves, "Flow completion time", "Share of flows completed", style);
    }

    /** The same of another time. */
    static JFreeChart draw(List<FctCurve> curves, String timeLabel, String shareLabel, ChartStyle style) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        double min = Double.MAX_VALUE;
        double max = 0;
        for (FctCurve curve : curves) {
            XYSeries series = new XYSeries(curve.arm(), false);
            for (FctCurve.Point point : curve.points()) {
                series.add(DecadeAxis.log(Math.max(1, point.fctNs())), point.probability());
                min = Math.min(min, Math.max(1, point.fctNs()));
                max = Math.max(max, point.fctNs());
            }
            int arm = data.getSeriesCount();
            data.addSeries(series);
            renderer.setSeriesPaint(arm, Palette.series(arm).color());
            renderer.setSeriesStroke(arm, Palette.line(arm));
            renderer.setLegendLine(new Line2D.Double(-14, 0, 14, 0));
        }
        DecadeAxis time = style.axis(new DecadeAxis(timeLabel, Unit.NANOSECONDS));
        time.show(min, Math.max(max, min));
        NumberAxis share = style.numbers(shareLabel, "0%");
        share.setRange(0, 1);
        share.setTickUnit(new NumberTickUnit(TICK, share.getNumberFormatOverride()));
        return style.chart(style.plot(new XYPlot(data, time, share, renderer)), true);
    }
}
