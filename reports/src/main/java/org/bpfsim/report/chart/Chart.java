package org.bpfsim.report.chart;

import java.util.function.Function;
import org.jfree.chart.JFreeChart;

/**
 * A chart before it is drawn.
 *
 * @param name file name without ending, and prefix of ids in a page
 * @param title what it shows, in one line (for screen readers; captions are the page's)
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @param drawing makes the chart for a style; called once per image
 */
public record Chart(String name, String title, int width, int height, Function<ChartStyle, JFreeChart> drawing) {}
