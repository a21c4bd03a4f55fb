/**
 * Charts, drawn by JFreeChart into SVG (Batik) and PNG.
 *
 * <pre>
 * Charts        which charts a scorecard gives
 * FctCdfChart, SlowdownChart, ForestChart, QueueChart   one chart each
 * CwndChart     congestion windows of traces
 * Palette       Okabe and Ito's colours, told apart by colour-blind readers and in print
 * ChartStyle    axes, grid, legend: one look for all
 * DecadeAxis    logarithmic axes with ticks such as 10 µs, 1 ms
 * SvgImage      a chart as SVG, for files or for the page
 * SvgCanvas     what JFreeChart draws on; FixedMetrics are its font metrics
 * PngImage      a chart as PNG
 * </pre>
 *
 * <p><b>SVG does not depend on installed fonts.</b> Text is laid out with the widths of Helvetica, which are built in,
 * and every text element carries its {@code textLength}, so that a viewer with another sans-serif font fits it into
 * the same space. The bytes are the same on every machine and JDK. PNG needs real fonts and differs between JDKs.
 *
 * <p><b>Light and dark.</b> In the page, colours are CSS variables ({@code var(--c1, #0072b2)}), which the page's
 * style sheet sets for light, dark and print; in files they are the light colours.
 */
package org.bpfsim.report.chart;
