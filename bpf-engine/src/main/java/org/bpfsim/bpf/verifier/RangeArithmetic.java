package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.isa.Opcode;

/**
 * What is known of the result of an operation on numbers, from what is known of its operands. It follows Linux 6.12
 * (kernel/bpf/verifier.c, {@code adjust_scalar_min_max_vals()}) in what it gives up on.
 */
final class RangeArithmetic {
    private static final long U32_MAX = 0xffff_ffffL;

    private RangeArithmetic() {}

    /**
     * The result of {@code a op b}.
     *
     * @param operation one of {@link Opcode}'s ALU codes but {@code MOV}, {@code NEG} and {@code END}
     * @param wide whether it is a 64-bit operation
     */
    static Ranges apply(int operation, Ranges a, Ranges b, boolean wide) {
        int width = wide ? 64 : 32;
        boolean shift = operation == Opcode.LSH || operation == Opcode.RSH || operation == Opcode.ARSH;
        if (operation == Opcode.DIV || operation == Opcode.MOD) {
            return unknown(wide);
        }
        long amountMax = wide ? b.umax : b.umax32 & U32_MAX;
        if (shift && Long.compareUnsigned(amountMax, width) >= 0) {
            return unknown(wide);
        }
        Part low = part(operation, Part.low(a), shift && wide ? null : Part.low(b), 32);
        if (!wide) {
            return Ranges.ofLow(low.bits, (int) low.smin, (int) low.smax, (int) low.umin, (int) low.umax);
        }
        if (shift) {
            low = shiftedLow(operation, a, b);
        }
        Part whole = part(operation, Part.whole(a), Part.whole(b), 64);
        return Ranges.of(
                whole.bits,
                whole.smin,
                whole.smax,
                whole.umin,
                whole.umax,
                (int) low.smin,
                (int) low.smax,
                (int) low.umin,
                (int) low.umax);
    }

    static Ranges unknown(boolean wide) {
        return wide ? Ranges.UNKNOWN : Ranges.UNKNOWN.low32();
    }

    /** The lower half after a 64-bit shift: left alone it would need the upper half, or the amount may exceed 31. */
    private static Part shiftedLow(int operation, Ranges a, Ranges b) {
        if (operation == Opcode.LSH && Long.compareUnsigned(b.umax, 32) < 0) {
            return leftShift(Part.low(a), Part.low(b), 32);
        }
        return Part.unknown(32);
    }

    /** One view (whole or lower half) of an operand: bounds of 32-bit ones are sign- or zero-extended. */
    private record Part(Tnum bits, long smin, long smax, long umin, long umax) {
        static Part whole(Ranges r) {
            return new Part(r.bits, r.smin, r.smax, r.umin, r.umax);
        }

        static Part low(Ranges r) {
            return new Part(r.bits.low32(), r.smin32, r.smax32, r.umin32 & U32_MAX, r.umax32 & U32_MAX);
        }

        static Part unknown(int width) {
            return ofBits(width == 64 ? Tnum.UNKNOWN : Tnum.UNKNOWN.low32(), width);
        }

        static Part ofBits(Tnum bits, int width) {
            return width == 64
                    ? new Part(bits, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1)
                    : new Part(bits, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, U32_MAX);
        }

        Part withUnsigned(long min, long max) {
            return new Part(bits, smin, smax, min, max);
        }

        Part withSigned(long min, long max) {
            return new Part(bits, min, max, umin, umax);
        }

        boolean negativePossible() {
            return smin < 0;
        }
    }

    private static Part part(int operation, Part a, Part b, int width) {
        if (b == null) {
            return Part.unknown(width);
        }
        switch (operation) {
            case Opcode.ADD:
                return add(a, b, width);
            case Opcode.SUB:
                return sub(a, b, width);
            case Opcode.MUL:
                return mul(a, b, width);
            case Opcode.AND:
                return bitwise(operation, a.bits.and(b.bits), a, b, width);
            case Opcode.OR:
                return bitwise(operation, a.bits.or(b.bits), a, b, width);
            case Opcode.XOR:
                return bitwise(operation, a.bits.xor(b.bits), a, b, width);
            case Opcode.LSH:
                return leftShift(a, b, width);
            case Opcode.RSH:
                return rightShift(a, b, width);
            case Opcode.ARSH:
                return signedRightShift(a, b, width);
            default:
                throw new AssertionError("operation " + operation);
        }
    }

    private static Tnum cut(Tnum bits, int width) {
        return width == 64 ? bits : bits.low32();
    }

    private static Part add(Part a, Part b, int width) {
        Part result = Part.ofBits(cut(a.bits.add(b.bits), width), width);
        if (width == 32) {
            if (a.smin + b.smin >= Integer.MIN_VALUE && a.smax + b.smax <= Integer.MAX_VALUE) {
                result = result.withSigned(a.smin + b.smin, a.smax + b.smax);
            }
            return a.umax + b.umax <= U32_MAX ? result.withUnsigned(a.umin + b.umin, a.umax + b.umax) : result;
        }
        long smin = a.smin + b.smin;
        long smax = a.smax + b.smax;
        if (((a.smin ^ smin) & (b.smin ^ smin)) >= 0 && ((a.smax ^ smax) & (b.smax ^ smax)) >= 0) {
            result = result.withSigned(smin, smax);
        }
        long umax = a.umax + b.umax;
        return Long.compareUnsigned(umax, a.umax) >= 0 ? result.withUnsigned(a.umin + b.umin, umax) : result;
    }

    private static Part sub(Part a, Part b, int width) {
        Part result = Part.ofBits(cut(a.bits.sub(b.bits), width), width);
        if (width == 32) {
            if (a.smin - b.smax >= Integer.MIN_VALUE && a.smax - b.smin <= Integer.MAX_VALUE) {
                result = result.withSigned(a.smin - b.smax, a.smax - b.smin);
            }
            return a.umin >= b.umax ? result.withUnsigned(a.umin - b.umax, a.umax - b.umin) : result;
        }
        long smin = a.smin - b.smax;
        long smax = a.smax - b.smin;
        if (((a.smin ^ b.smax) & (a.smin ^ smin)) >= 0 && ((a.smax ^ b.smin) & (a.smax ^ smax)) >= 0) {
            result = result.withSigned(smin, smax);
        }
        return Long.compareUnsigned(a.umin, b.umax) >= 0
                ? result.withUnsigned(a.umin - b.umax, a.umax - b.umin)
                : result;
    }

    /** Gives up where an operand may be negative or the product of the bounds may overflow. */
    private static Part mul(Part a, Part b, int width) {
        Part result = Part.ofBits(cut(a.bits.mul(b.bits), width), width);
        long half = width == 64 ? U32_MAX : 0xffff;
        if (a.negativePossible()
                || b.negativePossible()
                || Long.compareUnsigned(a.umax, half) > 0
                || Long.compareUnsigned(b.umax, half) > 0) {
            return result;
        }
        long umin = a.umin * b.umin;
        long umax = a.umax * b.umax;
        result = result.withUnsigned(umin, umax);
        long positive = width == 64 ? Long.MAX_VALUE : Integer.MAX_VALUE;
        return Long.compareUnsigned(umax, positive) <= 0 ? result.withSigned(umin, umax) : result;
    }

    private static Part bitwise(int operation, Tnum bits, Part a, Part b, int width) {
        long umin = bits.value();
        long umax = bits.value() | bits.mask();
        if (operation == Opcode.AND) {
            umax = least(umax, least(a.umax, b.umax));
        } else if (operation == Opcode.OR) {
            umin = Long.compareUnsigned(a.umin, umin) > 0 ? a.umin : umin;
            umin = Long.compareUnsigned(b.umin, umin) > 0 ? b.umin : umin;
        }
        Part result = Part.ofBits(bits, width).withUnsigned(umin, umax);
        boolean sameSign = width == 64 ? umin <= umax : (int) umin <= (int) umax;
        if (sameSign) {
            return width == 64 ? result.withSigned(umin, umax) : result.withSigned((int) umin, (int) umax);
        }
        return result;
    }

    private static long least(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    private static Part leftShift(Part a, Part b, int width) {
        Tnum bits = b.bits.isConstant()
                ? cut(a.bits.shiftLeft((int) b.bits.value()), width)
                : cut(spread(a.bits, (int) b.umin), width);
        Part result = Part.ofBits(bits, width);
        int most = (int) b.umax;
        int room = width - most;
        if (most == 0 || Long.compareUnsigned(a.umax, room == 64 ? -1 : (1L << room) - 1) <= 0) {
            result = result.withUnsigned(a.umin << b.umin, a.umax << b.umax);
        }
        boolean exact = b.umin == b.umax;
        if (exact) {
            // The sign survives if all bits shifted out and the new sign bit are copies of it.
            long low = a.smin << most;
            long high = a.smax << most;
            if (width == 64
                    ? low >> most == a.smin && high >> most == a.smax
                    : (int) low == low && (int) high == high) {
                result = result.withSigned(low, high);
            }
        }
        return result;
    }

    /** Shifted left by at least so many bits, how many is unknown. */
    private static Tnum spread(Tnum bits, int least) {
        long any = bits.value() | bits.mask();
        if (any == 0) {
            return Tnum.ZERO;
        }
        int lowest = Long.numberOfTrailingZeros(any) + least;
        return lowest >= 64 ? Tnum.ZERO : new Tnum(0, -1L << lowest);
    }

    private static Part rightShift(Part a, Part b, int width) {
        Tnum bits = b.bits.isConstant()
                ? a.bits.shiftRight((int) b.bits.value())
                : width == 64 ? Tnum.UNKNOWN : Tnum.UNKNOWN.low32();
        return Part.ofBits(bits, width).withUnsigned(a.umin >>> b.umax, a.umax >>> b.umin);
    }

    private static Part signedRightShift(Part a, Part b, int width) {
        if (b.umin != b.umax) {
            long low = a.smin < 0 ? a.smin >> b.umin : a.smin >> b.umax;
            long high = a.smax < 0 ? a.smax >> b.umax : a.smax >> b.umin;
            return Part.unknown(width).withSigned(low, high);
        }
        int amount = (int) b.umin;
        Tnum bits = a.bits.shiftRightSigned(amount, width);
        return Part.ofBits(bits, width).withSigned(a.smin >> amount, a.smax >> amount);
    }
}
