package org.bpfsim.sim;

import java.math.BigInteger;

/**
 * Simulated time: a {@code long} count of picoseconds since the start of the run.
 *
 * <p>One bit takes exactly 40 ps at 25 Gbit/s and 10 ps at 100 Gbit/s, so departures of packets are exact there; 2^63 ps
 * are 106 days. Points and spans share the type; the suffix {@code Ps} marks both. Linux's own units (nanoseconds,
 * microseconds, jiffies) are derived from it, rounding down, as a clock that is read does.
 */
public final class SimTime {
    public static final long PS_PER_NS = 1_000L;
    public static final long PS_PER_US = 1_000_000L;
    public static final long PS_PER_MS = 1_000_000_000L;
    public static final long PS_PER_S = 1_000_000_000_000L;
    /** Later than anything that happens in a run. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long PS_TIMES_BITS_PER_BYTE = 8 * PS_PER_S;

    private SimTime() {}

    /** @throws ArithmeticException if the result does not fit a {@code long} */
    public static long fromNanos(long nanos) {
        return Math.multiplyExact(nanos, PS_PER_NS);
    }

    /** @throws ArithmeticException if the result does not fit a {@code long} */
    public static long fromMicros(long micros) {
        return Math.multiplyExact(micros, PS_PER_US);
    }

    /** @throws ArithmeticException if the result does not fit a {@code long} */
    public static long fromMillis(long millis) {
        return Math.multiplyExact(millis, PS_PER_MS);
    }

    /** @throws ArithmeticException if the result does not fit a {@code long} */
    public static long fromSeconds(long seconds) {
        return Math.multiplyExact(seconds, PS_PER_S);
    }

    /** Whole nanoseconds in a span, rounded down (towards zero). */
    public static long toNanos(long ps) {
        return ps / PS_PER_NS;
    }

    /** Whole microseconds in a span, rounded down (towards zero). */
    public static long toMicros(long ps) {
        return ps / PS_PER_US;
    }

    /** Whole milliseconds in a span, rounded down (towards zero). */
    public static long toMillis(long ps) {
        return ps / PS_PER_MS;
    }

    /** Seconds as a floating-point number: for reports, never for the course of a run. */
    public static double toSeconds(long ps) {
        return ps / (double) PS_PER_S;
    }

    /**
     * How long a link is busy with so many bytes: exact where a byte takes whole picoseconds (any rate that divides
     * 8 Tbit/s, such as 10, 25, 40, 100, 400 and 800 Gbit/s), else rounded up.
     *
     * @param bytes bytes on the wire, not negative
     * @param rateBitsPerSec rate of the link, positive
     */
    public static long txTimePs(int bytes, long rateBitsPerSec) {
        if (bytes < 0 || rateBitsPerSec <= 0) {
            throw new IllegalArgumentException("bytes " + bytes + " at " + rateBitsPerSec + " bit/s");
        }
        // ceil(bytes * 8e12 / rate), with the whole quotient split off so that the rest rarely needs 128 bits.
        long psPerByte = PS_TIMES_BITS_PER_BYTE / rateBitsPerSec;
        long rest = PS_TIMES_BITS_PER_BYTE % rateBitsPerSec;
        long whole = Math.multiplyExact(bytes, psPerByte);
        if (rest == 0) {
            return whole;
        }
        return Math.addExact(whole, ceilMulDiv(bytes, rest, rateBitsPerSec));
    }

    /** Picoseconds that one byte occupies a link of this rate, or 0 if that is not a whole number. */
    public static long wholePsPerByte(long rateBitsPerSec) {
        return PS_TIMES_BITS_PER_BYTE % rateBitsPerSec == 0 ? PS_TIMES_BITS_PER_BYTE / rateBitsPerSec : 0;
    }

    /** ceil(a * b / d) for a, b not negative and d positive, through 128 bits when 64 do not hold the product. */
    private static long ceilMulDiv(long a, long b, long d) {
        if (Math.multiplyHigh(a, b) == 0 && a * b >= 0) {
            return a * b / d + (a * b % d == 0 ? 0 : 1);
        }
        BigInteger[] qr =
                BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).divideAndRemainder(BigInteger.valueOf(d));
        return qr[0].longValueExact() + (qr[1].signum() == 0 ? 0 : 1);
    }
}
