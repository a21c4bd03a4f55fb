package org.bpfsim.report.chart;

import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import org.bpfsim.report.text.Numbers;

/** Ticks of a difference: +10, 0, −10 with a real minus sign, and decimals only where a tick has them. */
final class PercentTicks extends NumberFormat {
    private static final long serialVersionUID = 1L;

    @Override
    public StringBuffer format(double number, StringBuffer to, FieldPosition position) {
        boolean whole = Math.abs(number - Math.rint(number)) < 1e-6;
        String digits = number == 0 ? "0" : Numbers.fixed(number, whole ? 0 : 1);
        return to.append(Numbers.signed(digits, number));
    }

    @Override
    public StringBuffer format(long number, StringBuffer to, FieldPosition position) {
        return format((double) number, to, position);
    }

    @Override
    public Number parse(String source, ParsePosition position) {
        throw new UnsupportedOperationException("ticks are only written");
    }
}
