package org.bpfsim.report.stats;

/** Unit in which a metric is stored; how it is shown to readers is decided by the text package. */
public enum Unit {
    NANOSECONDS("ns"),
    BYTES("bytes"),
    BITS_PER_SECOND("bit/s"),
    /** How often something happens. */
    PER_SECOND("1/s"),
    /** A fraction between 0 and 1, shown as per cent. */
    SHARE("fraction"),
    /** A plain number, such as a slowdown or a count. */
    NUMBER("1");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    /** The unit's name in CSV files. */
    public String symbol() {
        return symbol;
    }
}
