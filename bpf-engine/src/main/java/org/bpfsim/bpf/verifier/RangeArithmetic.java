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
        boolean shift = operation == Opcode.LSH || operation == Opcode.RSH || operation == Opcode.ARSH;
        if (operation == Opcode.DIV || operation == Opcode.MOD || shift && !knownAmount(b, wide)) {
            // Linux forgets all 64 bits, after a 32-bit operation too (is_safe_to_compute_dst_reg_range()).
            return Ranges.UNKNOWN;
        }
        if (!wide) {
            Part low = part(operation, Part.low(a), Part.low(b), 32);
            return Ranges.ofLow(low.bits, (int) low.smin, (int) low.smax, (int) low.umin, (int) low.umax);
        }
        Part low = shift ? shiftedLow(operation, a, b) : part(operation, Part.low(a), Part.low(b), 32);
        Part whole = part(operation, Part.whole(a), Part.whole(b), 64);
        if (operation == Opcode.LSH && b.umin == 32) {
            // The usual way to extend a sign: up 32 bits, and down again.
            whole = whole.withSigned((long) a.smin32 << 32, (long) a.smax32 << 32);
        }
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

    /** Whether a shift is by one amount that is known, and less than the operand has bits. */
    private static boolean knownAmount(Ranges b, boolean wide) {
        boolean known = wide ? b.isConstant() : b.umin32 == b.umax32;
        return known && Long.compareUnsigned(b.umax, wide ? 64 : 32) < 0;
    }

    static Ranges unknown(boolean wide) {
        return wide ? Ranges.UNKNOWN : Ranges.UNKNOWN.low32();
    }

    /** The lower half after a 64-bit shift: left alone it would need the upper half, or the amount may exceed 31. */
    private static Part shiftedLow(int operation, Ranges a, Ranges b) {
        if (operation == Opcode.LSH && b.umin < 32) {
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

    /** Linux 6.12: __scalar64_min_max_lsh(), __scalar32_min_max_lsh(): what is known of the sign is lost. */
    private static Part leftShift(Part a, Part b, int width) {
        int amount = (int) b.umin;
        Part result = Part.ofBits(cut(a.bits.shiftLeft(amount), width), width);
        if (Long.compareUnsigned(a.umax, 1L << width - 1 - amount) <= 0) {
            return result.withUnsigned(cut(a.umin << amount, width), cut(a.umax << amount, width));
        }
        return result;
    }

    private static long cut(long number, int width) {
        return width == 64 ? number : number & U32_MAX;
    }

    private static Part rightShift(Part a, Part b, int width) {
        int amount = (int) b.umin;
        return Part.ofBits(a.bits.shiftRight(amount), width).withUnsigned(a.umin >>> amount, a.umax >>> amount);
    }

    private static Part signedRightShift(Part a, Part b, int width) {
        int amount = (int) b.umin;
        return Part.ofBits(a.bits.shiftRightSigned(amount, width), width)
                .withSigned(a.smin >> amount, a.smax >> amount);
    }
}
