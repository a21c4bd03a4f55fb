package org.bpfsim.bpf.verifier;

/**
 * What is known of a 64-bit number: its bits, its bounds as a signed and an unsigned number, and the same bounds of its lower
 * half. Immutable. Each view is tightened by what the others know (docs.kernel.org/bpf/verifier.html).
 */
public final class Ranges {
    private static final long U32_MAX = 0xffff_ffffL;

    public static final Ranges UNKNOWN = new Ranges(
            Tnum.UNKNOWN, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    public static final Ranges ZERO = constant(0);

    final Tnum bits;
    final long smin;
    final long smax;
    final long umin;
    final long umax;
    final int smin32;
    final int smax32;
    /** Unsigned, kept in an int's bits. */
    final int umin32;

    final int umax32;

    private Ranges(
            Tnum bits, long smin, long smax, long umin, long umax, int smin32, int smax32, int umin32, int umax32) {
        this.bits = bits;
        this.smin = smin;
        this.smax = smax;
        this.umin = umin;
        this.umax = umax;
        this.smin32 = smin32;
        this.smax32 = smax32;
        this.umin32 = umin32;
        this.umax32 = umax32;
    }

    public static Ranges constant(long v) {
        return new Ranges(Tnum.of(v), v, v, v, v, (int) v, (int) v, (int) v, (int) v);
    }

    /**
     * All that is known at first; then every view tightens the others (Linux 6.12: reg_bounds_sync()). Views may contradict each
     * other where no run can come; then bounds are forgotten and bits are kept, as by reg_bounds_sanity_check().
     */
    static Ranges of(
            Tnum bits, long smin, long smax, long umin, long umax, int smin32, int smax32, int umin32, int umax32) {
        Tightening t = new Tightening(bits, smin, smax, umin, umax, smin32, smax32, umin32, umax32);
        t.run();
        return t.isConsistent()
                ? t.result()
                : new Ranges(
                        t.bits, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    }

    public static Ranges ofBits(Tnum bits) {
        return of(bits, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    }

    public static Ranges unsigned(long umin, long umax) {
        return of(
                Tnum.UNKNOWN, Long.MIN_VALUE, Long.MAX_VALUE, umin, umax, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    }

    public static Ranges signed(long smin, long smax) {
        return of(Tnum.UNKNOWN, smin, smax, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    }

    /** A 32-bit result: the upper half is zero. */
    static Ranges ofLow(Tnum bits32, int smin32, int smax32, int umin32, int umax32) {
        return of(bits32.low32(), 0, U32_MAX, umin32 & U32_MAX, umax32 & U32_MAX, smin32, smax32, umin32, umax32);
    }

    /** The same number with a lower half that is known. */
    Ranges withLow32(int low) {
        return of(bits.withLow32(Tnum.of(low & U32_MAX)), smin, smax, umin, umax, low, low, low, low);
    }

    public boolean isConstant() {
        return bits.isConstant();
    }

    public boolean isConstant(long v) {
        return bits.isConstant() && bits.value() == v;
    }

    public long value() {
        return bits.value();
    }

    public boolean contains(long v) {
        return bits.contains(v)
                && smin <= v
                && v <= smax
                && Long.compareUnsigned(umin, v) <= 0
                && Long.compareUnsigned(v, umax) <= 0
                && smin32 <= (int) v
                && (int) v <= smax32
                && Integer.compareUnsigned(umin32, (int) v) <= 0
                && Integer.compareUnsigned((int) v, umax32) <= 0;
    }

    boolean isUnknown() {
        return bits.isUnknown()
                && smin == Long.MIN_VALUE
                && smax == Long.MAX_VALUE
                && umin == 0
                && umax == -1
                && smin32 == Integer.MIN_VALUE
                && smax32 == Integer.MAX_VALUE
                && umin32 == 0
                && umax32 == -1;
    }

    /** Whether every number that {@code other} allows is allowed here. */
    boolean containsAll(Ranges other) {
        return containsBounds(other) && bits.containsAll(other.bits);
    }

    boolean containsBounds(Ranges o) {
        return Long.compareUnsigned(umin, o.umin) <= 0
                && Long.compareUnsigned(umax, o.umax) >= 0
                && smin <= o.smin
                && smax >= o.smax
                && Integer.compareUnsigned(umin32, o.umin32) <= 0
                && Integer.compareUnsigned(umax32, o.umax32) >= 0
                && smin32 <= o.smin32
                && smax32 >= o.smax32;
    }

    boolean same(Ranges o) {
        return bits.equals(o.bits)
                && smin == o.smin
                && smax == o.smax
                && umin == o.umin
                && umax == o.umax
                && smin32 == o.smin32
                && smax32 == o.smax32
                && umin32 == o.umin32
                && umax32 == o.umax32;
    }

    /** The lower half, zero-extended. */
    Ranges low32() {
        return ofLow(bits, smin32, smax32, umin32, umax32);
    }

    /** Only the lowest bytes, zero-extended. */
    Ranges truncate(int bytes) {
        if (bytes == 8) {
            return this;
        } else if (bytes == 4) {
            return low32();
        }
        long mask = (1L << 8 * bytes) - 1;
        Tnum low = bits.truncate(bytes);
        if ((umin & ~mask) == (umax & ~mask)) {
            return of(low, 0, mask, umin & mask, umax & mask, 0, (int) mask, 0, (int) mask);
        }
        return of(low, 0, mask, 0, mask, 0, (int) mask, 0, (int) mask);
    }

    /**
     * Sign-extends the lowest bytes to 64 bits, or to 32 with the upper half zero. Single bits are forgotten, as in Linux 6.12
     * (coerce_reg_to_size_sx(), coerce_subreg_to_size_sx()).
     */
    Ranges signExtend(int bytes, boolean to32) {
        if (bytes == 4 && to32) {
            return low32();
        }
        int unused = 64 - 8 * bytes;
        if (bits.isConstant()) {
            long v = bits.value() << unused >> unused;
            return constant(to32 ? v & U32_MAX : v);
        }
        long least = to32 ? smin32 : smin;
        long most = to32 ? smax32 : smax;
        long from = least << unused >> unused;
        long to = most << unused >> unused;
        boolean kept = least >> 8 * bytes == most >> 8 * bytes && from < 0 == to < 0;
        Ranges wide = signed(kept ? from : -1L << 8 * bytes - 1, kept ? to : -1L >>> unused + 1);
        return to32 ? wide.low32() : wide;
    }

    /** Everything that this or {@code o} allows. */
    Ranges union(Ranges o) {
        return of(
                bits.union(o.bits),
                Math.min(smin, o.smin),
                Math.max(smax, o.smax),
                Long.compareUnsigned(umin, o.umin) < 0 ? umin : o.umin,
                Long.compareUnsigned(umax, o.umax) > 0 ? umax : o.umax,
                Math.min(smin32, o.smin32),
                Math.max(smax32, o.smax32),
                Integer.compareUnsigned(umin32, o.umin32) < 0 ? umin32 : o.umin32,
                Integer.compareUnsigned(umax32, o.umax32) > 0 ? umax32 : o.umax32);
    }

    /** The working copy while views tighten each other. */
    private static final class Tightening {
        private Tnum bits;
        private long smin;
        private long smax;
        private long umin;
        private long umax;
        private int smin32;
        private int smax32;
        private int umin32;
        private int umax32;

        Tightening(
                Tnum bits, long smin, long smax, long umin, long umax, int smin32, int smax32, int umin32, int umax32) {
            this.bits = bits;
            this.smin = smin;
            this.smax = smax;
            this.umin = umin;
            this.umax = umax;
            this.smin32 = smin32;
            this.smax32 = smax32;
            this.umin32 = umin32;
            this.umax32 = umax32;
        }

        Ranges result() {
            return new Ranges(bits, smin, smax, umin, umax, smin32, smax32, umin32, umax32);
        }

        void run() {
            fromBits();
            for (int i = 0; i < 3; i++) {
                low();
                whole();
                wholeFromLow();
            }
            bitsFromBounds();
            fromBits();
        }

        boolean isConsistent() {
            boolean ordered = smin <= smax
                    && Long.compareUnsigned(umin, umax) <= 0
                    && smin32 <= smax32
                    && Integer.compareUnsigned(umin32, umax32) <= 0;
            long v = bits.value();
            boolean constant = !bits.isConstant() || umin == v && umax == v && smin == v && smax == v;
            int low = (int) v;
            boolean constant32 =
                    (int) bits.mask() != 0 || umin32 == low && umax32 == low && smin32 == low && smax32 == low;
            return ordered && constant && constant32;
        }

        private void fromBits() {
            long low = bits.value();
            long high = bits.value() | bits.mask();
            umin(low);
            umax(high);
            smin(low | bits.mask() & Long.MIN_VALUE);
            smax(high & ~(bits.mask() & Long.MIN_VALUE));
            umin32((int) low);
            umax32((int) high);
            smin32((int) low | (int) bits.mask() & Integer.MIN_VALUE);
            smax32((int) high & ~((int) bits.mask() & Integer.MIN_VALUE));
        }

        /** The lower half's bounds from the whole's, where the upper half hardly varies, and from each other. */
        private void low() {
            if (umin >>> 32 == umax >>> 32) {
                umin32((int) umin);
                umax32((int) umax);
                signedLow((int) umin, (int) umax);
            }
            if (smin >>> 32 == smax >>> 32) {
                if (Integer.compareUnsigned((int) smin, (int) smax) <= 0) {
                    umin32((int) smin);
                    umax32((int) smax);
                }
                signedLow((int) smin, (int) smax);
            }
            // From just below a multiple of 2^32 to just above it: from just below zero to just above it.
            if ((int) (umin >>> 32) + 1 == (int) (umax >>> 32) && (int) umin < 0 && (int) umax >= 0) {
                signedLow((int) umin, (int) umax);
            }
            if ((int) (smin >>> 32) + 1 == (int) (smax >>> 32) && (int) smin < 0 && (int) smax >= 0) {
                signedLow((int) smin, (int) smax);
            }
            signedLow(umin32, umax32);
            if (Integer.compareUnsigned(smin32, smax32) <= 0) {
                umin32(smin32);
                umax32(smax32);
            } else if (Integer.compareUnsigned(umax32, smin32) < 0) {
                smin32 = umin32;
                umax32(smax32);
            } else if (Integer.compareUnsigned(smax32, umin32) < 0) {
                smax32 = umax32;
                umin32(smin32);
            }
        }

        private void signedLow(int least, int most) {
            if (least <= most) {
                smin32(least);
                smax32(most);
            }
        }

        /**
         * An unsigned range that does not cross the sign boundary is a signed one, and the other way round. A signed range across
         * zero is two unsigned ones, the small numbers and the huge; if the unsigned range meets only one of them, that is where
         * the number is.
         */
        private void whole() {
            if (umin <= umax) {
                smin(umin);
                smax(umax);
            }
            if (Long.compareUnsigned(smin, smax) <= 0) {
                umin(smin);
                umax(smax);
            } else if (Long.compareUnsigned(umax, smin) < 0) {
                smin = umin;
                umax(smax);
            } else if (Long.compareUnsigned(smax, umin) < 0) {
                smax = umax;
                umin(smin);
            }
        }

        /** The ends of the whole keep their upper half, and get the lower half's bounds. */
        private void wholeFromLow() {
            wholeFromLow(umin32 & U32_MAX, umax32 & U32_MAX);
            if (Integer.compareUnsigned(smin32, smax32) <= 0) {
                wholeFromLow(smin32 & U32_MAX, smax32 & U32_MAX);
            }
            if (smin32 >= 0 && smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
                smin = smin32;
                smax = smax32;
                umin = smin32;
                umax = smax32;
                bits = bits.intersect(Tnum.range(smin, smax));
            }
        }

        private void wholeFromLow(long least, long most) {
            umin(umin & ~U32_MAX | least);
            umax(umax & ~U32_MAX | most);
            smin(smin & ~U32_MAX | least);
            smax(smax & ~U32_MAX | most);
        }

        private void bitsFromBounds() {
            Tnum tight = bits.intersect(Tnum.range(umin, umax));
            Tnum low = tight.low32().intersect(Tnum.range(umin32 & U32_MAX, umax32 & U32_MAX));
            bits = tight.withLow32(low);
        }

        private void umin(long v) {
            if (Long.compareUnsigned(v, umin) > 0) {
                umin = v;
            }
        }

        private void umax(long v) {
            if (Long.compareUnsigned(v, umax) < 0) {
                umax = v;
            }
        }

        private void smin(long v) {
            smin = Math.max(smin, v);
        }

        private void smax(long v) {
            smax = Math.min(smax, v);
        }

        private void umin32(int v) {
            if (Integer.compareUnsigned(v, umin32) > 0) {
                umin32 = v;
            }
        }

        private void umax32(int v) {
            if (Integer.compareUnsigned(v, umax32) < 0) {
                umax32 = v;
            }
        }

        private void smin32(int v) {
            smin32 = Math.max(smin32, v);
        }

        private void smax32(int v) {
            smax32 = Math.min(smax32, v);
        }
    }

    /** As the kernel's log writes it, without braces: {@code smin=0,smax=7,var_off=(0x0; 0x7)}. */
    @Override
    public String toString() {
        if (isConstant()) {
            return signed(value());
        }
        String[] names = {"smin", "smax", "umin", "umax", "smin32", "smax32", "umin32", "umax32"};
        long[] values = {smin, smax, umin, umax, smin32, smax32, umin32 & U32_MAX, umax32 & U32_MAX};
        boolean[] done = {
            smin == Long.MIN_VALUE,
            smax == Long.MAX_VALUE,
            umin == 0,
            umax == -1,
            smin32 == Integer.MIN_VALUE,
            smax32 == Integer.MAX_VALUE,
            umin32 == 0,
            umax32 == -1
        };
        StringBuilder t = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            if (!done[i]) {
                t.append(t.length() == 0 ? "" : ",").append(names[i]).append('=');
                for (int j = i + 2; j < names.length; j += 2) {
                    if (!done[j] && values[j] == values[i]) {
                        done[j] = true;
                        t.append(names[j]).append('=');
                    }
                }
                boolean signed = names[i].startsWith("s");
                t.append(signed ? signed(values[i]) : unsigned(values[i]));
            }
        }
        if (!bits.isUnknown()) {
            t.append(t.length() == 0 ? "" : ",").append("var_off=").append(bits);
        }
        return t.toString();
    }

    /** Large numbers are hexadecimal, as in the kernel's log. */
    static String signed(long v) {
        return v == (short) v ? Long.toString(v) : "0x" + Long.toHexString(v);
    }

    private static String unsigned(long v) {
        return v == (char) v ? Long.toString(v) : "0x" + Long.toHexString(v);
    }
}
