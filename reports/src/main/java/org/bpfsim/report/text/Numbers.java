package org.bpfsim.report.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Digits. {@link BigDecimal} does the rounding, because {@code Double.toString} and what builds on it changed between
 * JDK 17 and 19 (JDK-4511638), and tables must be the same on all.
 */
public final class Numbers {
    /** The minus sign that is as wide as a plus. */
    public static final String MINUS = "\u2212";

    private static final MathContext CSV_DIGITS = new MathContext(9, RoundingMode.HALF_EVEN);
    private static final int GROUP = 3;

    private Numbers() {}

    /** For CSV files: nine significant digits, no exponent, {@code .} as decimal point; empty for NaN. */
    public static String csv(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "";
        }
        if (value == 0) {
            return "0";
        }
        return new BigDecimal(value).round(CSV_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** For readers: that many significant digits but whole numbers in full, a real minus sign, "–" for NaN. */
    public static String significant(double value, int digits) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int whole = Math.max(1, rounded.precision() - rounded.scale());
        return withGroups(whole >= digits ? rounded : rounded.setScale(Math.max(digits - whole, rounded.scale())));
    }

    /** For readers: that many decimals. */
    public static String fixed(double value, int decimals) {
        return Double.isNaN(value) ? "–" : withGroups(new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN));
    }

    /** With a sign before positive numbers too. */
    public static String signed(String number, double value) {
        return value > 0 ? "+" + number : number;
    }

    /** A whole number with thousands separated by commas. */
    public static String whole(long value) {
        return withGroups(BigDecimal.valueOf(value));
    }

    private static String withGroups(BigDecimal value) {
        String plain = value.abs().toPlainString();
        int point = plain.indexOf('.');
        StringBuilder grouped = new StringBuilder(plain);
        for (int i = (point < 0 ? plain.length() : point) - GROUP; i > 0; i -= GROUP) {
            grouped.insert(i, ',');
        }
        return (value.signum() < 0 ? MINUS : "") + grouped;
    }
}
