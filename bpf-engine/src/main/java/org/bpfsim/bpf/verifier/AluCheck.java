package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Arithmetic: on numbers, and on pointers where that is allowed. */
final class AluCheck {
    private static final String[] SIGNS = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>="
    };

    private final Verification v;

    AluCheck(Verification v) {
        this.v = v;
    }

    void check(Instruction insn) {
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        int code = Opcode.codeOf(insn.opcode());
        switch (code) {
            case Opcode.MOV -> move(insn, wide);
            case Opcode.NEG, Opcode.END -> unary(insn);
            default -> binary(insn, code, wide);
        }
    }

    /** Linux 6.12 forgets the number; later releases know where its bits go. */
    private void unary(Instruction insn) {
        Reg dst = v.readable(insn.dst());
        v.writable(insn.dst());
        dst.setUnknown();
    }

    private void move(Instruction insn, boolean wide) {
        v.writable(insn.dst());
        Reg dst = v.reg(insn.dst());
        if (!Opcode.registerSource(insn.opcode())) {
            dst.setConstant(wide ? insn.immediate() : insn.immediate() & 0xffff_ffffL);
            return;
        }
        Reg src = v.readable(insn.src());
        int extension = insn.offset();
        if (extension == 0 && wide) {
            giveId(src);
            dst.set(src);
            return;
        }
        if (src.isPointer()) {
            // Part of an address is a number that nobody knows; the privileged may look at it.
            dst.set(Reg.scalar(RangeArithmetic.unknown(wide)));
            return;
        }
        if (extension == 0) {
            boolean fits = src.ranges.umax >>> 32 == 0;
            if (fits) {
                giveId(src);
            }
            Ranges low = src.ranges.low32();
            dst.set(src);
            if (!fits) {
                dst.forgetId();
            }
            dst.ranges = low;
        } else {
            long limit = 1L << extension - 1;
            boolean fits = Long.compareUnsigned(src.ranges.umax, limit) < 0;
            if (fits) {
                giveId(src);
            }
            Ranges extended = src.ranges.signExtend(extension / 8, !wide);
            dst.set(src);
            if (!fits) {
                dst.forgetId();
            }
            dst.ranges = extended;
        }
    }

    /** Copies of a number stay equal: what a test says of one holds for all. */
    void giveId(Reg src) {
        if (src.isScalar() && !src.ranges.isConstant()) {
            if (src.plusConstant) {
                src.forgetId();
            }
            if (src.id == 0) {
                src.id = v.newId();
            }
        }
    }

    private void binary(Instruction insn, int code, boolean wide) {
        boolean register = Opcode.registerSource(insn.opcode());
        Reg src = register ? v.readable(insn.src()) : Reg.constant(insn.immediate());
        Reg dst = v.readable(insn.dst());
        v.writable(insn.dst());
        if (dst.isScalar() && src.isScalar()) {
            numbers(insn, dst, src, code, wide);
        } else if (dst.isPointer() && src.isPointer()) {
            if (code == Opcode.SUB) {
                dst.set(Reg.scalar(RangeArithmetic.unknown(wide)));
                return;
            }
            throw v.access("R" + insn.dst() + " pointer " + SIGNS[code >> 4] + " pointer prohibited");
        } else {
            if (register) {
                v.precision.mark(dst.isPointer() ? insn.src() : insn.dst());
            }
            if (dst.isPointer()) {
                pointer(insn, dst, dst, src, code, wide);
            } else {
                pointer(insn, dst, src.copy(), dst.copy(), code, wide);
            }
        }
    }

    private void numbers(Instruction insn, Reg dst, Reg src, int code, boolean wide) {
        boolean register = Opcode.registerSource(insn.opcode());
        int base = dst.id;
        boolean baseShifted = dst.plusConstant;
        if ((code == Opcode.AND || code == Opcode.OR) && src.ranges.isConstant()) {
            splitSign(insn.dst(), dst);
        }
        Ranges before = dst.ranges;
        Ranges addend = src.ranges;
        Ranges result = RangeArithmetic.apply(code, before, src.ranges, wide);
        dst.set(Reg.scalar(result));
        // Linux 6.12 links r2 = r1; r2 += constant: a test of one tells of the other.
        long amount = addend.value();
        if (wide
                && code == Opcode.ADD
                && !(register && insn.src() == insn.dst())
                && base != 0
                && !baseShifted
                && addend.isConstant()
                && amount >= 0
                && amount <= Integer.MAX_VALUE
                && !result.isConstant()) {
            dst.id = base;
            dst.plusConstant = true;
            dst.off = (int) amount;
        }
    }

    /**
     * A number that is 0 or -1 is a condition that was shifted out of a sign: each case goes its own way
     * (Linux 6.12: maybe_fork_scalars()).
     */
    private void splitSign(int number, Reg dst) {
        Ranges r = dst.ranges;
        if (r.smin == -1 && r.smax == 0) {
            v.exploration.putAside(v.slot).current().regs[number].ranges = Ranges.ZERO;
            dst.ranges = Ranges.constant(-1);
        } else if (r.smin32 == -1 && r.smax32 == 0) {
            v.exploration.putAside(v.slot).current().regs[number].ranges = r.withLow32(0);
            dst.ranges = r.withLow32(-1);
        }
    }

    private void pointer(Instruction insn, Reg dst, Reg pointer, Reg number, int code, boolean wide) {
        int dstNumber = insn.dst();
        boolean subtractsPointer = dst != pointer && code == Opcode.SUB;
        Ranges amount = number.ranges;
        boolean known = amount.isConstant();
        if (known && (amount.smin != amount.smax || amount.umin != amount.umax)) {
            // What is known contradicts itself: no run comes here.
            dst.setUnknown();
            return;
        }
        if (!wide) {
            if (code == Opcode.SUB) {
                dst.set(Reg.scalar(RangeArithmetic.unknown(false)));
                return;
            }
            throw v.access("R" + dstNumber + " 32-bit pointer arithmetic prohibited");
        }
        if (pointer.maybeNull()) {
            throw v.access("R" + dstNumber + " pointer arithmetic on " + pointer.typeName()
                    + " prohibited, null-check it first");
        }
        checkArithmeticAllowed(dstNumber, pointer, code, known, amount);
        checkSaneNumber(pointer, number);
        if (code == Opcode.ADD) {
            add(dst, pointer, amount, known);
        } else if (code == Opcode.SUB) {
            if (subtractsPointer) {
                throw v.access("R" + dstNumber + " tried to subtract pointer from scalar");
            }
            if (pointer.type == RegType.STACK) {
                throw v.access("R" + dstNumber + " subtraction from stack pointer prohibited");
            }
            subtract(dst, pointer, amount, known);
        } else if (code == Opcode.AND || code == Opcode.OR || code == Opcode.XOR) {
            throw v.access("R" + dstNumber + " bitwise operator " + SIGNS[code >> 4] + " on pointer prohibited");
        } else {
            throw v.access("R" + dstNumber + " pointer arithmetic with " + SIGNS[code >> 4] + " operator prohibited");
        }
        checkSanePointer(dst);
    }

    private void checkArithmeticAllowed(int number, Reg pointer, int code, boolean known, Ranges amount) {
        switch (pointer.type) {
            case CTX, MAP_VALUE, MAP_KEY, STACK, PACKET_META, PACKET, TP_BUFFER, BTF, MEM, BUF, FUNC, DYNPTR, ARENA -> {
                // Allowed.
            }
            default -> {
                boolean flowKeys = pointer.type == RegType.FLOW_KEYS && known;
                boolean noop = pointer.type == RegType.CONST_MAP && known && amount.value() == 0 && code == Opcode.ADD;
                if (!flowKeys && !noop) {
                    throw v.access("R" + number + " pointer arithmetic on " + pointer.typeName() + " prohibited");
                }
            }
        }
    }

    private void add(Reg dst, Reg pointer, Ranges amount, boolean known) {
        if (known && (int) (pointer.off + amount.value()) == pointer.off + amount.value()) {
            dst.set(pointer);
            dst.off += (int) amount.value();
            return;
        }
        Ranges sum = RangeArithmetic.apply(Opcode.ADD, pointer.ranges, amount, true);
        dst.set(pointer);
        dst.ranges = sum;
        if (pointer.type.isPacket()) {
            dst.id = v.newId();
            dst.range = 0;
        }
    }

    private void subtract(Reg dst, Reg pointer, Ranges amount, boolean known) {
        if (known && (int) (pointer.off - amount.value()) == pointer.off - amount.value()) {
            dst.set(pointer);
            dst.off -= (int) amount.value();
            return;
        }
        Ranges difference = RangeArithmetic.apply(Opcode.SUB, pointer.ranges, amount, true);
        dst.set(pointer);
        dst.ranges = difference;
        if (pointer.type.isPacket()) {
            dst.id = v.newId();
            if (amount.smin < 0) {
                dst.range = 0;
            }
        }
    }

    private void checkSaneNumber(Reg pointer, Reg number) {
        Ranges amount = number.ranges;
        String name = pointer.typeName();
        if (amount.isConstant() && beyond(amount.value())) {
            throw v.invalid("math between " + name + " pointer and " + amount.value() + " is not allowed");
        }
        if (number.plusConstant && beyond(number.off)) {
            // By how much it differs from the number it was copied from; Linux takes that for an offset.
            throw v.invalid(name + " pointer offset " + number.off + " is not allowed");
        }
        if (amount.smin == Long.MIN_VALUE) {
            throw v.invalid("math between " + name + " pointer and register with unbounded min value is not allowed");
        }
        if (beyond(amount.smin)) {
            throw v.invalid("value " + amount.smin + " makes " + name + " pointer be out of bounds");
        }
    }

    private void checkSanePointer(Reg dst) {
        String name = dst.typeName();
        if (dst.ranges.isConstant() && beyond(dst.ranges.value())) {
            throw v.invalid("math between " + name + " pointer and " + dst.ranges.value() + " is not allowed");
        }
        if (beyond(dst.off)) {
            throw v.invalid(name + " pointer offset " + dst.off + " is not allowed");
        }
        if (dst.ranges.smin == Long.MIN_VALUE) {
            throw v.invalid("math between " + name + " pointer and register with unbounded min value is not allowed");
        }
        if (beyond(dst.ranges.smin)) {
            throw v.invalid("value " + dst.ranges.smin + " makes " + name + " pointer be out of bounds");
        }
    }

    private static boolean beyond(long value) {
        return value >= Verification.MAX_VAR_OFFSET || value <= -Verification.MAX_VAR_OFFSET;
    }
}
