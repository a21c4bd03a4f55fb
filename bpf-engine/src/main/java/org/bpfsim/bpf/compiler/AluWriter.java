package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Arithmetic;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.objectweb.asm.Opcodes;

/** Arithmetic. What Java computes alike becomes bytecode; the rest calls the one definition in {@link Arithmetic}. */
final class AluWriter {
    private static final long U32 = 0xffff_ffffL;

    private final Emitter e;

    AluWriter(Emitter e) {
        this.e = e;
    }

    void write(Instruction insn) {
        if (Opcode.codeOf(insn.opcode()) == Opcode.END) {
            swap(insn);
        } else if (Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64) {
            wide(insn);
        } else {
            narrow(insn);
        }
        e.storeLong(Locals.register(insn.dst()));
    }

    private void swap(Instruction insn) {
        boolean cuts = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU && !Opcode.registerSource(insn.opcode());
        e.loadLong(Locals.register(insn.dst()));
        e.number((int) insn.immediate());
        e.callStatic(Arithmetic.class, cuts ? "truncate" : "swap", "(JI)J");
    }

    private void dst(Instruction insn) {
        e.loadLong(Locals.register(insn.dst()));
    }

    private void source(Instruction insn) {
        if (Opcode.registerSource(insn.opcode())) {
            e.loadLong(Locals.register(insn.src()));
        } else {
            e.number(insn.immediate());
        }
    }

    private void shiftCount(Instruction insn, int mask) {
        if (Opcode.registerSource(insn.opcode())) {
            e.loadLong(Locals.register(insn.src()));
            e.op(Opcodes.L2I);
        } else {
            e.number((int) insn.immediate() & mask);
        }
    }

    private void wide(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        switch (code) {
            case Opcode.MOV:
                source(insn);
                signExtend(insn);
                return;
            case Opcode.NEG:
                dst(insn);
                e.op(Opcodes.LNEG);
                return;
            case Opcode.LSH:
            case Opcode.RSH:
            case Opcode.ARSH:
                dst(insn);
                shiftCount(insn, 63);
                e.op(code == Opcode.LSH ? Opcodes.LSHL : code == Opcode.RSH ? Opcodes.LUSHR : Opcodes.LSHR);
                return;
            case Opcode.DIV:
            case Opcode.MOD:
                dst(insn);
                source(insn);
                e.number(insn.offset());
                e.callStatic(Arithmetic.class, code == Opcode.DIV ? "divide64" : "remainder64", "(JJI)J");
                return;
            default:
                dst(insn);
                source(insn);
                e.op(wideOperation(code));
        }
    }

    private static int wideOperation(int code) {
        switch (code) {
            case Opcode.ADD:
                return Opcodes.LADD;
            case Opcode.SUB:
                return Opcodes.LSUB;
            case Opcode.MUL:
                return Opcodes.LMUL;
            case Opcode.OR:
                return Opcodes.LOR;
            case Opcode.AND:
                return Opcodes.LAND;
            default:
                return Opcodes.LXOR;
        }
    }

    private void signExtend(Instruction insn) {
        if (insn.offset() != 0 && Opcode.registerSource(insn.opcode())) {
            e.number((int) insn.offset());
            e.callStatic(Arithmetic.class, "signExtend", "(JI)J");
        }
    }

    /** 32 bits in, 32 bits out, the upper half zero. */
    private void narrow(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        switch (code) {
            case Opcode.MOV:
                if (!Opcode.registerSource(insn.opcode())) {
                    e.number(insn.immediate() & U32);
                    return;
                }
                source(insn);
                signExtend(insn);
                low();
                return;
            case Opcode.ADD:
            case Opcode.SUB:
            case Opcode.MUL:
            case Opcode.OR:
            case Opcode.AND:
            case Opcode.XOR:
                // The low half of the 64-bit result: one instruction of the machine less than with a detour through
                // int.
                dst(insn);
                source(insn);
                e.op(wideOperation(code));
                low();
                return;
            default:
                dst(insn);
                e.op(Opcodes.L2I);
        }
        switch (code) {
            case Opcode.NEG:
                e.op(Opcodes.INEG);
                break;
            case Opcode.LSH:
            case Opcode.RSH:
            case Opcode.ARSH:
                shiftCount(insn, 31);
                e.op(code == Opcode.LSH ? Opcodes.ISHL : code == Opcode.RSH ? Opcodes.IUSHR : Opcodes.ISHR);
                break;
            default:
                source(insn);
                e.op(Opcodes.L2I);
                e.number(insn.offset());
                e.callStatic(Arithmetic.class, code == Opcode.DIV ? "divide32" : "remainder32", "(III)I");
        }
        e.op(Opcodes.I2L);
        low();
    }

    private void low() {
        e.number(U32);
        e.op(Opcodes.LAND);
    }
}
