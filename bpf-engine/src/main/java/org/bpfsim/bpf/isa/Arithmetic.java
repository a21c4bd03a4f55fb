package org.bpfsim.bpf.isa;

/**
 * What instructions compute (RFC 9669, sections 4.1 to 4.3): the one definition for all that execute or analyse code.
 *
 * <p>Hot path: no allocation.
 */
public final class Arithmetic {
    private Arithmetic() {}

    /** Division by zero gives 0. Offset 1 makes it signed; the most negative number by -1 gives itself, as in Java. */
    public static long divide64(long a, long b, int offset) {
        if (b == 0) {
            return 0;
        }
        return offset == 0 ? Long.divideUnsigned(a, b) : a / b;
    }

    public static int divide32(int a, int b, int offset) {
        if (b == 0) {
            return 0;
        }
        return offset == 0 ? Integer.divideUnsigned(a, b) : a / b;
    }

    /** Remainder by zero leaves the dividend; the sign is the dividend's. */
    public static long remainder64(long a, long b, int offset) {
        if (b == 0) {
            return a;
        }
        return offset == 0 ? Long.remainderUnsigned(a, b) : a % b;
    }

    public static int remainder32(int a, int b, int offset) {
        if (b == 0) {
            return a;
        }
        return offset == 0 ? Integer.remainderUnsigned(a, b) : a % b;
    }

    /** {@code movsx}: the offset is the width in bits. */
    public static long signExtend(long value, int bits) {
        switch (bits) {
            case 8:
                return (byte) value;
            case 16:
                return (short) value;
            default:
                return (int) value;
        }
    }

    /** To little-endian on a little-endian machine: cuts off. */
    public static long truncate(long value, int bits) {
        switch (bits) {
            case 16:
                return value & 0xffff;
            case 32:
                return value & 0xffff_ffffL;
            default:
                return value;
        }
    }

    /** To big-endian on a little-endian machine, and the unconditional swap. */
    public static long swap(long value, int bits) {
        switch (bits) {
            case 16:
                return Short.reverseBytes((short) value) & 0xffff;
            case 32:
                return Integer.reverseBytes((int) value) & 0xffff_ffffL;
            default:
                return Long.reverseBytes(value);
        }
    }

    /** The result of an ALU or ALU64 instruction on these operands; the second is the source register or the immediate. */
    public static long alu(Instruction insn, long a, long b) {
        return Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64
                ? alu64(insn, a, b)
                : alu32(insn, (int) a, (int) b, b, a);
    }

    private static long alu64(Instruction insn, long a, long b) {
        int offset = insn.offset();
        switch (Opcode.codeOf(insn.opcode())) {
            case Opcode.ADD:
                return a + b;
            case Opcode.SUB:
                return a - b;
            case Opcode.MUL:
                return a * b;
            case Opcode.DIV:
                return divide64(a, b, offset);
            case Opcode.OR:
                return a | b;
            case Opcode.AND:
                return a & b;
            case Opcode.LSH:
                return a << b;
            case Opcode.RSH:
                return a >>> b;
            case Opcode.NEG:
                return -a;
            case Opcode.MOD:
                return remainder64(a, b, offset);
            case Opcode.XOR:
                return a ^ b;
            case Opcode.MOV:
                return offset == 0 || !Opcode.registerSource(insn.opcode()) ? b : signExtend(b, offset);
            case Opcode.ARSH:
                return a >> b;
            case Opcode.END:
                return swap(a, (int) insn.immediate());
            default:
                throw new IllegalArgumentException("no such operation: " + insn);
        }
    }

    private static long alu32(Instruction insn, int a, int b, long wideB, long wideA) {
        int offset = insn.offset();
        switch (Opcode.codeOf(insn.opcode())) {
            case Opcode.ADD:
                return Integer.toUnsignedLong(a + b);
            case Opcode.SUB:
                return Integer.toUnsignedLong(a - b);
            case Opcode.MUL:
                return Integer.toUnsignedLong(a * b);
            case Opcode.DIV:
                return Integer.toUnsignedLong(divide32(a, b, offset));
            case Opcode.OR:
                return Integer.toUnsignedLong(a | b);
            case Opcode.AND:
                return Integer.toUnsignedLong(a & b);
            case Opcode.LSH:
                return Integer.toUnsignedLong(a << b);
            case Opcode.RSH:
                return Integer.toUnsignedLong(a >>> b);
            case Opcode.NEG:
                return Integer.toUnsignedLong(-a);
            case Opcode.MOD:
                return Integer.toUnsignedLong(remainder32(a, b, offset));
            case Opcode.XOR:
                return Integer.toUnsignedLong(a ^ b);
            case Opcode.MOV:
                return Integer.toUnsignedLong(
                        offset == 0 || !Opcode.registerSource(insn.opcode()) ? b : (int) signExtend(wideB, offset));
            case Opcode.ARSH:
                return Integer.toUnsignedLong(a >> b);
            case Opcode.END:
                return Opcode.registerSource(insn.opcode())
                        ? swap(wideA, (int) insn.immediate())
                        : truncate(wideA, (int) insn.immediate());
            default:
                throw new IllegalArgumentException("no such operation: " + insn);
        }
    }

    /** Whether a conditional jump is taken with these operands. */
    public static boolean taken(Instruction insn, long a, long b) {
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        long x = narrow ? (int) a : a;
        long y = narrow ? (int) b : b;
        // Sign extension keeps the unsigned order too.
        switch (Opcode.codeOf(insn.opcode())) {
            case Opcode.JEQ:
                return x == y;
            case Opcode.JNE:
                return x != y;
            case Opcode.JSET:
                return (x & y) != 0;
            case Opcode.JGT:
                return Long.compareUnsigned(x, y) > 0;
            case Opcode.JGE:
                return Long.compareUnsigned(x, y) >= 0;
            case Opcode.JLT:
                return Long.compareUnsigned(x, y) < 0;
            case Opcode.JLE:
                return Long.compareUnsigned(x, y) <= 0;
            case Opcode.JSGT:
                return x > y;
            case Opcode.JSGE:
                return x >= y;
            case Opcode.JSLT:
                return x < y;
            case Opcode.JSLE:
                return x <= y;
            default:
                throw new IllegalArgumentException("not a conditional jump: " + insn);
        }
    }
}
