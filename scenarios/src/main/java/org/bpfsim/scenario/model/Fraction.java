package org.bpfsim.scenario.model;

import java.math.BigDecimal;

/**
 * A share of a whole, exact to one part in a thousand million.
 *
 * @param partsPerBillion 1,000,000,000 is the whole
 */
public record Fraction(long partsPerBillion) {
    /** The whole, in parts. */
    public static final long WHOLE = 1_000_000_000L;

    public Fraction {
        if (partsPerBillion < 0) {
            throw new IllegalArgumentException("negative fraction " + partsPerBillion);
        }
    }

    /** {@code percent} of a hundred. */
    public static Fraction ofPercent(int percent) {
        return new Fraction(percent * (WHOLE / 100));
    }

    /** The nearest double. */
    public double toDouble() {
        return (double) partsPerBillion / WHOLE;
    }

    /** As people write it: {@code 10%}, {@code 12.5%}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(partsPerBillion, 7).stripTrailingZeros().toPlainString() + "%";
    }
}
