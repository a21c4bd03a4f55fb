package org.bpfsim.report.text;

import org.bpfsim.report.stats.Unit;

/** Numbers with their units, scaled for readers. */
public final class Quantities {
    private static final int DIGITS = 3;
    private static final double THOUSAND = 1000;
    private static final double PERCENT = 100;

    private static final String[] TIME = {"ns", "µs", "ms", "s"};
    private static final String[] SIZE = {"B", "KB", "MB", "GB", "TB"};
    private static final String[] RATE = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};

    private static final String[] FREQUENCY = {"/s", "k/s", "M/s", "G/s"};

    private Quantities() {}

    /** A value as readers write it; "–" for NaN. */
    public static String format(double value, Unit unit) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return switch (unit) {
            case NANOSECONDS -> scaled(value, TIME);
            case BYTES -> scaled(value, SIZE);
            case BITS_PER_SECOND -> scaled(value, RATE);
            case PER_SECOND -> scaled(value, FREQUENCY);
            case SHARE -> percent(value) + "%";
            case NUMBER -> Numbers.significant(value, DIGITS);
        };
    }

    /** A difference with its sign; differences of shares are percentage points (pp). */
    public static String difference(double value, Unit unit) {
        String number = unit == Unit.SHARE && !Double.isNaN(value) ? percent(value) + " pp" : format(value, unit);
        return Numbers.signed(number, value);
    }

    /** A relative change with its sign, for example "−12.3%". */
    public static String relative(double fraction) {
        return relativeNumber(fraction) + "%";
    }

    /** The same without the per cent sign, for the ends of an interval. */
    static String relativeNumber(double fraction) {
        double percent = PERCENT * fraction;
        return Numbers.signed(Numbers.fixed(percent, decimals(percent)), percent);
    }

    /** A size of change without sign, for example "12.3%". */
    static String magnitude(double fraction) {
        double percent = Math.abs(PERCENT * fraction);
        return Numbers.fixed(percent, decimals(percent)) + "%";
    }

    private static int decimals(double percent) {
        return Math.abs(percent) >= PERCENT ? 0 : Math.abs(percent) < 1 ? 2 : 1;
    }

    private static String percent(double share) {
        double percent = PERCENT * share;
        return Math.abs(percent) < 1 ? Numbers.significant(percent, 2) : Numbers.significant(percent, DIGITS);
    }

    private static String scaled(double value, String[] units) {
        int unit = 0;
        double number = value;
        // 999.5 would be rounded to 1,000.
        while (unit < units.length - 1 && Math.abs(number) >= THOUSAND - 0.5) {
            number /= THOUSAND;
            unit++;
        }
        return Numbers.significant(number, DIGITS) + " " + units[unit];
    }
}
