package org.bpfsim.report.chart;

import java.awt.BasicStroke;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** The look of all charts: small sans-serif text, thin axes, a light grid, the legend above the plot. */
public final class ChartStyle {
    static final String SVG_FAMILY = "Helvetica";

    static final float TEXT_SIZE = 12f;
    private static final float AXIS_WIDTH = 0.8f;
    private static final float GRID_WIDTH = 0.6f;

    private final boolean fixedMetrics;

    static {
        // JFreeChart would draw rotated text as outlines of an installed font; we want text.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private ChartStyle(boolean fixedMetrics) {
        this.fixedMetrics = fixedMetrics;
    }

    /** For SVG: text is measured without installed fonts. */
    static ChartStyle forSvg() {
        return new ChartStyle(true);
    }

    /** For PNG: text is measured and drawn with the JDK's sans-serif font. */
    static ChartStyle forPng() {
        return new ChartStyle(false);
    }

    Font text() {
        return font(Font.PLAIN);
    }

    Font bold() {
        return font(Font.BOLD);
    }

    private Font font(int style) {
        return fixedMetrics
                ? FixedMetrics.font(SVG_FAMILY, style, TEXT_SIZE)
                : new Font(Font.SANS_SERIF, style, Math.round(TEXT_SIZE));
    }

    /** Wraps a styled plot into a chart, with a legend or without. */
    JFreeChart chart(XYPlot plot, boolean legend) {
        JFreeChart chart = new JFreeChart(null, text(), plot, false);
        chart.setBackgroundPaint(null);
        chart.setBorderVisible(false);
        chart.setPadding(new RectangleInsets(4, 4, 4, 14));
        plot.setInsets(new RectangleInsets(2, 0, 0, 0));
        if (legend) {
            chart.addLegend(legend(plot));
        }
        return chart;
    }

    private LegendTitle legend(XYPlot plot) {
        LegendTitle legend = new LegendTitle(plot);
        legend.setPosition(RectangleEdge.TOP);
        legend.setHorizontalAlignment(HorizontalAlignment.LEFT);
        legend.setFrame(BlockBorder.NONE);
        legend.setBackgroundPaint(null);
        legend.setMargin(0, 0, 6, 0);
        legend.setItemFont(text());
        legend.setItemPaint(Palette.INK.color());
        legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 14));
        return legend;
    }

    /** Grid, frame and insets of a plot. */
    <P extends XYPlot> P plot(P plot) {
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setDomainGridlinePaint(Palette.GRID.color());
        plot.setRangeGridlinePaint(Palette.GRID.color());
        plot.setDomainGridlineStroke(new BasicStroke(GRID_WIDTH));
        plot.setRangeGridlineStroke(new BasicStroke(GRID_WIDTH));
        plot.setDomainZeroBaselineVisible(false);
        plot.setRangeZeroBaselineVisible(false);
        return plot;
    }

    /** Fonts and colours of an axis. */
    <A extends Axis> A axis(A axis) {
        axis.setLabelFont(text());
        axis.setTickLabelFont(text());
        axis.setLabelPaint(Palette.INK.color());
        axis.setTickLabelPaint(Palette.MUTED.color());
        axis.setAxisLinePaint(Palette.MUTED.color());
        axis.setTickMarkPaint(Palette.MUTED.color());
        axis.setAxisLineStroke(new BasicStroke(AXIS_WIDTH));
        axis.setTickMarkStroke(new BasicStroke(AXIS_WIDTH));
        axis.setTickMarkOutsideLength(4);
        axis.setMinorTickMarkOutsideLength(2);
        axis.setLabelInsets(new RectangleInsets(4, 4, 4, 4));
        return axis;
    }

    /** A linear axis with numbers that do not depend on the locale. */
    NumberAxis numbers(String label, String pattern) {
        return numbers(label, new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)));
    }

    /** A linear axis with that format. */
    NumberAxis numbers(String label, NumberFormat format) {
        NumberAxis axis = axis(new NumberAxis(label));
        axis.setAutoRangeIncludesZero(true);
        axis.setNumberFormatOverride(format);
        return axis;
    }
}
