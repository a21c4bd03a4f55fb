package org.bpfsim.report.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.report.stats.Unit;
import org.bpfsim.report.text.Quantities;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;

/**
 * An axis over decimal logarithms: data are given as log10(value), ticks are labelled with the values and their units,
 * for example 10 µs, 100 µs, 1 ms. Over short ranges 2 and 5 are labelled too.
 */
final class DecadeAxis extends NumberAxis {
    private static final long serialVersionUID = 1L;
    private static final double SHORT_RANGE = 2.0;
    private static final double VERY_SHORT_RANGE = 0.7;

    private final Unit unit;

    DecadeAxis(String label, Unit unit) {
        super(label);
        this.unit = unit;
        setAutoRange(false);
        setMinorTickMarksVisible(true);
    }

    static double log(double value) {
        return StrictMath.log10(value);
    }

    /** Shows those values (not logarithms) with a little room on both sides. */
    void show(double min, double max) {
        double room = Math.max(0.02 * (log(max) - log(min)), 0.02);
        setRange(new Range(log(min) - room, log(max) + room));
    }

    @Override
    public List<NumberTick> refreshTicks(Graphics2D g2, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        TextAnchor anchor = RectangleEdge.isTopOrBottom(edge) ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
        Range range = getRange();
        List<NumberTick> ticks = new ArrayList<>();
        for (int decade = (int) Math.floor(range.getLowerBound()); decade <= range.getUpperBound(); decade++) {
            for (int digit = 1; digit <= 9; digit++) {
                double position = decade + log(digit);
                if (range.contains(position)) {
                    boolean labelled = labelled(digit, range.getLength());
                    String label = labelled ? label(decade, digit) : "";
                    TickType type = labelled ? TickType.MAJOR : TickType.MINOR;
                    ticks.add(new NumberTick(type, position, label, anchor, TextAnchor.CENTER, 0));
                }
            }
        }
        return ticks;
    }

    private static boolean labelled(int digit, double decades) {
        if (decades <= VERY_SHORT_RANGE) {
            return true;
        }
        return digit == 1 || decades <= SHORT_RANGE && (digit == 2 || digit == 5);
    }

    private String label(int decade, int digit) {
        String value = Quantities.format(digit * StrictMath.pow(10, decade), unit);
        return value.replaceFirst("\\.0+(?= |$)", "").replaceFirst("(\\.\\d*?[1-9])0+(?= |$)", "$1");
    }
}
