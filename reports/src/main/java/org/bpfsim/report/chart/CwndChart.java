package org.bpfsim.report.chart;

import java.util.List;
import java.util.Map;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Congestion windows over time, one line per trace: what a real Linux did, and what was simulated. */
public final class CwndChart {
    private static final int WIDTH = 420;
    private static final int HEIGHT = 240;

    private CwndChart() {}

    /** The window is {@code segments} from {@code timeMs} on. */
    public record Point(double timeMs, double segments) {}

    /** @param traces by name, in the order of the map */
    public static Chart of(String name, Map<String, List<Point>> traces) {
        return new Chart(name, "Congestion window over time: " + name, WIDTH, HEIGHT, style -> draw(traces, style));
    }

    private static JFreeChart draw(Map<String, List<Point>> traces, ChartStyle style) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        traces.forEach((trace, points) -> {
            XYSeries series = new XYSeries(trace, false);
            points.forEach(p -> series.add(p.timeMs(), p.segments()));
            int index = data.getSeriesCount();
            data.addSeries(series);
            renderer.setSeriesPaint(index, Palette.series(index + 1).color());
            renderer.setSeriesStroke(index, Palette.line(index));
        });
        NumberAxis time = style.numbers("ms since connect()", "#,##0");
        NumberAxis window = style.numbers("cwnd, segments", "#,##0");
        return style.chart(style.plot(new XYPlot(data, time, window, renderer)), true);
    }
}
