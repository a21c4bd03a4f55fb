package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.isa.Opcode;

/** What a conditional jump tells about the two numbers that it compares (Linux 6.12: {@code reg_set_min_max()}). */
final class Comparison {
    private static final long U32_MAX = 0xffff_ffffL;

    /** The operands after a jump, in the order left, right. */
    record Pair(Ranges left, Ranges right) {}

    /** Not a BPF opcode: the jump not taken of {@link Opcode#JSET}. */
    static final int JNSET = 0x100;

    private Comparison() {}

    /** The comparison that holds if this one does not. */
    static int negate(int code) {
        switch (code) {
            case Opcode.JEQ:
                return Opcode.JNE;
            case Opcode.JNE:
                return Opcode.JEQ;
            case Opcode.JSET:
                return JNSET;
            case JNSET:
                return Opcode.JSET;
            case Opcode.JGE:
                return Opcode.JLT;
            case Opcode.JGT:
                return Opcode.JLE;
            case Opcode.JLE:
                return Opcode.JGT;
            case Opcode.JLT:
                return Opcode.JGE;
            case Opcode.JSGE:
                return Opcode.JSLT;
            case Opcode.JSGT:
                return Opcode.JSLE;
            case Opcode.JSLE:
                return Opcode.JSGT;
            case Opcode.JSLT:
                return Opcode.JSGE;
            default:
                throw new AssertionError("comparison " + code);
        }
    }

    /** The comparison of {@code b} with {@code a} that says the same as this one of {@code a} with {@code b}. */
    static int swap(int code) {
        switch (code) {
            case Opcode.JGE:
                return Opcode.JLE;
            case Opcode.JGT:
                return Opcode.JLT;
            case Opcode.JLE:
                return Opcode.JGE;
            case Opcode.JLT:
                return Opcode.JGT;
            case Opcode.JSGE:
                return Opcode.JSLE;
            case Opcode.JSGT:
                return Opcode.JSLT;
            case Opcode.JSLE:
                return Opcode.JSGE;
            case Opcode.JSLT:
                return Opcode.JSGT;
            default:
                return code;
        }
    }

    /** 1 if the comparison always holds, 0 if never, -1 if that depends. */
    static int outcome(int code, Ranges a, Ranges b, boolean narrow) {
        Tnum ta = narrow ? a.bits.low32() : a.bits;
        Tnum tb = narrow ? b.bits.low32() : b.bits;
        long ua = narrow ? a.umin32 & U32_MAX : a.umin;
        long uA = narrow ? a.umax32 & U32_MAX : a.umax;
        long ub = narrow ? b.umin32 & U32_MAX : b.umin;
        long uB = narrow ? b.umax32 & U32_MAX : b.umax;
        long sa = narrow ? a.smin32 : a.smin;
        long sA = narrow ? a.smax32 : a.smax;
        long sb = narrow ? b.smin32 : b.smin;
        long sB = narrow ? b.smax32 : b.smax;
        switch (code) {
            case Opcode.JEQ:
                if (ta.isConstant() && tb.isConstant()) {
                    return ta.value() == tb.value() ? 1 : 0;
                }
                boolean apart = ta.contradicts(tb)
                        || Long.compareUnsigned(uA, ub) < 0
                        || Long.compareUnsigned(ua, uB) > 0
                        || sA < sb
                        || sa > sB
                        // What is equal is equal in its lower half.
                        || !narrow && outcome(Opcode.JEQ, a, b, true) == 0;
                return apart ? 0 : -1;
            case Opcode.JNE:
                int equal = outcome(Opcode.JEQ, a, b, narrow);
                return equal < 0 ? -1 : 1 - equal;
            case Opcode.JSET:
                if (!tb.isConstant()) {
                    return ta.isConstant() ? outcome(code, b, a, narrow) : -1;
                }
                return (ta.value() & tb.value()) != 0 ? 1 : ((ta.value() | ta.mask()) & tb.value()) == 0 ? 0 : -1;
            case Opcode.JGT:
                return Long.compareUnsigned(ua, uB) > 0 ? 1 : Long.compareUnsigned(uA, ub) <= 0 ? 0 : -1;
            case Opcode.JGE:
                return Long.compareUnsigned(ua, uB) >= 0 ? 1 : Long.compareUnsigned(uA, ub) < 0 ? 0 : -1;
            case Opcode.JSGT:
                return sa > sB ? 1 : sA <= sb ? 0 : -1;
            case Opcode.JSGE:
                return sa >= sB ? 1 : sA < sb ? 0 : -1;
            default:
                int opposite = outcome(negate(code), a, b, narrow);
                return opposite < 0 ? -1 : 1 - opposite;
        }
    }

    /** What is known where the comparison holds. */
    static Pair assume(int code, Ranges a, Ranges b, boolean narrow) {
        switch (code) {
            case Opcode.JEQ:
                return narrow ? equal32(a, b) : equal(a, b);
            case Opcode.JNE:
                if (constant(b, narrow)) {
                    return new Pair(without(a, b, narrow), b);
                }
                return constant(a, narrow) ? new Pair(a, without(b, a, narrow)) : new Pair(a, b);
            case Opcode.JSET:
            case JNSET:
                if (constant(b, narrow)) {
                    return new Pair(tested(a, b, narrow, code == Opcode.JSET), b);
                }
                return constant(a, narrow) ? new Pair(a, tested(b, a, narrow, code == Opcode.JSET)) : new Pair(a, b);
            case Opcode.JLE:
                return narrow
                        ? new Pair(
                                unsigned32(a, a.umin32, min32(a.umax32, b.umax32)),
                                unsigned32(b, max32(b.umin32, a.umin32), b.umax32))
                        : new Pair(unsigned(a, a.umin, min(a.umax, b.umax)), unsigned(b, max(b.umin, a.umin), b.umax));
            case Opcode.JLT:
                return less(a, b, narrow);
            case Opcode.JSLE:
                return narrow
                        ? new Pair(
                                signed32(a, a.smin32, Math.min(a.smax32, b.smax32)),
                                signed32(b, Math.max(b.smin32, a.smin32), b.smax32))
                        : new Pair(
                                signed(a, a.smin, Math.min(a.smax, b.smax)),
                                signed(b, Math.max(b.smin, a.smin), b.smax));
            case Opcode.JSLT:
                return signedLess(a, b, narrow);
            default:
                Pair swapped = assume(swap(code), b, a, narrow);
                return new Pair(swapped.right, swapped.left);
        }
    }

    private static boolean constant(Ranges r, boolean narrow) {
        return narrow ? r.bits.low32().isConstant() : r.bits.isConstant();
    }

    private static Pair less(Ranges a, Ranges b, boolean narrow) {
        if (narrow) {
            return new Pair(
                    unsigned32(a, a.umin32, min32(a.umax32, b.umax32 - 1)),
                    unsigned32(b, max32(b.umin32, a.umin32 + 1), b.umax32));
        }
        return new Pair(unsigned(a, a.umin, min(a.umax, b.umax - 1)), unsigned(b, max(b.umin, a.umin + 1), b.umax));
    }

    private static Pair signedLess(Ranges a, Ranges b, boolean narrow) {
        if (narrow) {
            return new Pair(
                    signed32(a, a.smin32, Math.min(a.smax32, b.smax32 - 1)),
                    signed32(b, Math.max(b.smin32, a.smin32 + 1), b.smax32));
        }
        return new Pair(
                signed(a, a.smin, Math.min(a.smax, b.smax - 1)), signed(b, Math.max(b.smin, a.smin + 1), b.smax));
    }

    private static Pair equal(Ranges a, Ranges b) {
        Ranges both = Ranges.of(
                a.bits.intersect(b.bits),
                Math.max(a.smin, b.smin),
                Math.min(a.smax, b.smax),
                max(a.umin, b.umin),
                min(a.umax, b.umax),
                Math.max(a.smin32, b.smin32),
                Math.min(a.smax32, b.smax32),
                max32(a.umin32, b.umin32),
                min32(a.umax32, b.umax32));
        return new Pair(both, both);
    }

    private static Pair equal32(Ranges a, Ranges b) {
        Tnum low = a.bits.low32().intersect(b.bits.low32());
        return new Pair(withLow(a, b, low), withLow(b, a, low));
    }

    private static Ranges withLow(Ranges r, Ranges o, Tnum low) {
        return Ranges.of(
                r.bits.withLow32(low),
                r.smin,
                r.smax,
                r.umin,
                r.umax,
                Math.max(r.smin32, o.smin32),
                Math.min(r.smax32, o.smax32),
                max32(r.umin32, o.umin32),
                min32(r.umax32, o.umax32));
    }

    /** A bound that equals the constant moves by one. */
    private static Ranges without(Ranges a, Ranges constant, boolean narrow) {
        if (narrow) {
            int v = (int) constant.bits.value();
            return Ranges.of(
                    a.bits,
                    a.smin,
                    a.smax,
                    a.umin,
                    a.umax,
                    a.smin32 == v ? v + 1 : a.smin32,
                    a.smax32 == v ? v - 1 : a.smax32,
                    a.umin32 == v ? v + 1 : a.umin32,
                    a.umax32 == v ? v - 1 : a.umax32);
        }
        long v = constant.bits.value();
        return Ranges.of(
                a.bits,
                a.smin == v ? v + 1 : a.smin,
                a.smax == v ? v - 1 : a.smax,
                a.umin == v ? v + 1 : a.umin,
                a.umax == v ? v - 1 : a.umax,
                a.smin32,
                a.smax32,
                a.umin32,
                a.umax32);
    }

    /** {@code a & mask} is not zero (a single bit: it is set), or is zero (all its bits are clear). */
    private static Ranges tested(Ranges a, Ranges constant, boolean narrow, boolean set) {
        long mask = narrow ? constant.bits.value() & U32_MAX : constant.bits.value();
        if (set) {
            if (Long.bitCount(mask) != 1) {
                return a;
            }
            Tnum bit = Tnum.of(mask);
            return Ranges.of(a.bits.or(bit), a.smin, a.smax, a.umin, a.umax, a.smin32, a.smax32, a.umin32, a.umax32);
        }
        // Linux 6.12 forgets the bounds here, and keeps what the bits tell of them.
        return Ranges.ofBits(a.bits.and(Tnum.of(~mask)));
    }

    private static Ranges unsigned(Ranges a, long umin, long umax) {
        return Ranges.of(a.bits, a.smin, a.smax, umin, umax, a.smin32, a.smax32, a.umin32, a.umax32);
    }

    private static Ranges signed(Ranges a, long smin, long smax) {
        return Ranges.of(a.bits, smin, smax, a.umin, a.umax, a.smin32, a.smax32, a.umin32, a.umax32);
    }

    private static Ranges unsigned32(Ranges a, int umin32, int umax32) {
        return Ranges.of(a.bits, a.smin, a.smax, a.umin, a.umax, a.smin32, a.smax32, umin32, umax32);
    }

    private static Ranges signed32(Ranges a, int smin32, int smax32) {
        return Ranges.of(a.bits, a.smin, a.smax, a.umin, a.umax, smin32, smax32, a.umin32, a.umax32);
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    private static int min32(int a, int b) {
        return Integer.compareUnsigned(a, b) <= 0 ? a : b;
    }

    private static int max32(int a, int b) {
        return Integer.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
