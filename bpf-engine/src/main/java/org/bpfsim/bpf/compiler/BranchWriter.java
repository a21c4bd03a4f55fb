package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Conditions of jumps. */
final class BranchWriter {
    private static final long U32 = 0xffff_ffffL;

    private final Emitter e;

    BranchWriter(Emitter e) {
        this.e = e;
    }

    /** Jumps to a label if the instruction's condition holds ({@code when}) or does not. */
    void jump(Instruction insn, boolean when, Label target) {
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        int code = Opcode.codeOf(insn.opcode());
        if (code == Opcode.JSET) {
            operand(insn, narrow, 0, false);
            operand(insn, narrow, 0, true);
            e.op(narrow ? Opcodes.IAND : Opcodes.LAND);
            if (!narrow) {
                e.op(Opcodes.LCONST_0, Opcodes.LCMP);
            }
            e.jump(when ? Opcodes.IFNE : Opcodes.IFEQ, target);
            return;
        }
        int condition = condition(code, when);
        if (narrow && unsigned(code)) {
            // As numbers of 64 bits they are not negative. Of most of them HotSpot knows that.
            low(insn, false);
            low(insn, true);
            e.op(Opcodes.LCMP);
            e.jump(condition, target);
            return;
        }
        if (!Opcode.registerSource(insn.opcode()) && insn.immediate() >= 0 && unsigned(code)) {
            withSmall(insn, code, when, target);
            return;
        }
        // Unsigned order is signed order after the sign bit was turned over.
        long flip = unsigned(code) ? Long.MIN_VALUE : 0;
        operand(insn, narrow, flip, false);
        operand(insn, narrow, flip, true);
        if (narrow) {
            e.jump(condition + (Opcodes.IF_ICMPEQ - Opcodes.IFEQ), target);
        } else {
            e.op(Opcodes.LCMP);
            e.jump(condition, target);
        }
    }

    /** Compares without signs with a number that has none: what is negative as a signed number is larger. */
    private void withSmall(Instruction insn, int code, boolean when, Label target) {
        boolean less = code == Opcode.JLT || code == Opcode.JLE;
        boolean negativeJumps = less != when;
        Label past = new Label();
        e.loadLong(Locals.register(insn.dst()));
        e.op(Opcodes.LCONST_0, Opcodes.LCMP);
        e.jump(Opcodes.IFLT, negativeJumps ? target : past);
        operand(insn, false, 0, false);
        operand(insn, false, 0, true);
        e.op(Opcodes.LCMP);
        e.jump(condition(code, when), target);
        e.label(past);
    }

    /** Pushes the lower half of an operand. */
    private void low(Instruction insn, boolean second) {
        if (second && !Opcode.registerSource(insn.opcode())) {
            e.number(insn.immediate() & U32);
            return;
        }
        e.loadLong(Locals.register(second ? insn.src() : insn.dst()));
        e.number(U32);
        e.op(Opcodes.LAND);
    }

    private void operand(Instruction insn, boolean narrow, long flip, boolean second) {
        if (second && !Opcode.registerSource(insn.opcode())) {
            if (narrow) {
                e.number((int) insn.immediate());
            } else {
                e.number(insn.immediate() + flip);
            }
            return;
        }
        e.loadLong(Locals.register(second ? insn.src() : insn.dst()));
        if (narrow) {
            e.op(Opcodes.L2I);
        } else if (flip != 0) {
            e.number(flip);
            e.op(Opcodes.LADD);
        }
    }

    private static boolean unsigned(int code) {
        return code == Opcode.JGT || code == Opcode.JGE || code == Opcode.JLT || code == Opcode.JLE;
    }

    private static int condition(int code, boolean when) {
        int condition;
        switch (code) {
            case Opcode.JEQ:
                condition = Opcodes.IFEQ;
                break;
            case Opcode.JNE:
                condition = Opcodes.IFNE;
                break;
            case Opcode.JGT:
            case Opcode.JSGT:
                condition = Opcodes.IFGT;
                break;
            case Opcode.JGE:
            case Opcode.JSGE:
                condition = Opcodes.IFGE;
                break;
            case Opcode.JLT:
            case Opcode.JSLT:
                condition = Opcodes.IFLT;
                break;
            default:
                condition = Opcodes.IFLE;
        }
        // Each condition and its opposite are neighbours: IFEQ 153, IFNE 154, IFLT 155, IFGE 156, IFGT 157, IFLE 158.
        return when ? condition : (condition - Opcodes.IFEQ ^ 1) + Opcodes.IFEQ;
    }
}
