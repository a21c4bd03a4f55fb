package org.bpfsim.report.stats;

/** A confidence interval; always at {@link PairedEffect#LEVEL}. */
public record Interval(double low, double high) {
    /** The larger distance of its ends from zero: no effect beyond this size was seen. */
    public double reach() {
        return Math.max(Math.abs(low), Math.abs(high));
    }

    /** True if zero lies outside. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
