package org.bpfsim.bpf.verifier;

/**
 * A "tristate number": each bit is 0, 1 or unknown (docs.kernel.org/bpf/verifier.html, "Register value tracking"). A
 * known bit is in {@code value}, an unknown one is set in {@code mask}; no bit is in both.
 */
public record Tnum(long value, long mask) {
    public static final Tnum UNKNOWN = new Tnum(0, -1);
    public static final Tnum ZERO = new Tnum(0, 0);

    public Tnum {
        value &= ~mask;
    }

    public static Tnum of(long constant) {
        return new Tnum(constant, 0);
    }

    /** The least tnum that holds all numbers from {@code min} to {@code max} (unsigned). */
    public static Tnum range(long min, long max) {
        int differing = 64 - Long.numberOfLeadingZeros(min ^ max);
        long mask = differing >= 64 ? -1 : (1L << differing) - 1;
        return new Tnum(min & ~mask, mask);
    }

    public boolean isConstant() {
        return mask == 0;
    }

    public boolean isUnknown() {
        return mask == -1;
    }

    /** Whether a concrete number is among those that this stands for. */
    public boolean contains(long number) {
        return ((number ^ value) & ~mask) == 0;
    }

    /** Whether all numbers of {@code other} are among those of this. */
    public boolean containsAll(Tnum other) {
        return (other.mask & ~mask) == 0 && ((other.value ^ value) & ~mask) == 0;
    }

    public Tnum add(Tnum b) {
        // A bit of the sum is known if it and its carry are the same whether unknown bits are all 0 or all 1.
        long low = value + b.value;
        long high = low + mask + b.mask;
        return new Tnum(low, (low ^ high) | mask | b.mask);
    }

    public Tnum sub(Tnum b) {
        long difference = value - b.value;
        long high = difference + mask;
        long low = difference - b.mask;
        return new Tnum(difference, (high ^ low) | mask | b.mask);
    }

    public Tnum and(Tnum b) {
        long ones = value & b.value;
        return new Tnum(ones, (value | mask) & (b.value | b.mask) & ~ones);
    }

    public Tnum or(Tnum b) {
        long ones = value | b.value;
        return new Tnum(ones, (mask | b.mask) & ~ones);
    }

    public Tnum xor(Tnum b) {
        return new Tnum(value ^ b.value, mask | b.mask);
    }

    /** Long multiplication: one partial product per bit of the left side. */
    public Tnum mul(Tnum b) {
        Tnum uncertain = ZERO;
        Tnum left = this;
        Tnum shifted = b;
        while (left.value != 0 || left.mask != 0) {
            if ((left.value & 1) != 0) {
                uncertain = uncertain.add(new Tnum(0, shifted.mask));
            } else if ((left.mask & 1) != 0) {
                uncertain = uncertain.add(new Tnum(0, shifted.value | shifted.mask));
            }
            left = left.shiftRight(1);
            shifted = shifted.shiftLeft(1);
        }
        return Tnum.of(value * b.value).add(uncertain);
    }

    public Tnum shiftLeft(int bits) {
        return new Tnum(value << bits, mask << bits);
    }

    public Tnum shiftRight(int bits) {
        return new Tnum(value >>> bits, mask >>> bits);
    }

    /** Arithmetic shift of a 32- or 64-bit number. */
    public Tnum shiftRightSigned(int bits, int width) {
        if (width == 32) {
            return new Tnum(((int) value >> bits) & 0xffff_ffffL, ((int) mask >> bits) & 0xffff_ffffL);
        }
        return new Tnum(value >> bits, mask >> bits);
    }

    /** What is known if both this and {@code b} hold. Where they contradict each other, {@code b} wins. */
    public Tnum intersect(Tnum b) {
        long common = mask & b.mask;
        return new Tnum((value | b.value) & ~common, common);
    }

    public boolean contradicts(Tnum b) {
        return ((value ^ b.value) & ~mask & ~b.mask) != 0;
    }

    /** What is known if this or {@code b} holds. */
    public Tnum union(Tnum b) {
        return new Tnum(value & b.value, mask | b.mask | (value ^ b.value));
    }

    /** Only the lowest {@code bytes} bytes. */
    public Tnum truncate(int bytes) {
        if (bytes == 8) {
            return this;
        }
        long keep = (1L << 8 * bytes) - 1;
        return new Tnum(value & keep, mask & keep);
    }

    public Tnum low32() {
        return truncate(4);
    }

    public Tnum clearLow32() {
        return new Tnum(value & ~0xffff_ffffL, mask & ~0xffff_ffffL);
    }

    /** The upper half of this with the lower half of {@code low}. */
    public Tnum withLow32(Tnum low) {
        return clearLow32().or(low.low32());
    }

    /** Whether every number is a multiple of {@code size}, a power of two. */
    public boolean isAligned(long size) {
        return ((value | mask) & (size - 1)) == 0;
    }

    @Override
    public String toString() {
        return "(0x" + Long.toHexString(value) + "; 0x" + Long.toHexString(mask) + ")";
    }
}
