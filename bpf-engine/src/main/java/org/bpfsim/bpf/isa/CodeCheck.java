package org.bpfsim.bpf.isa;

import java.util.Optional;

/**
 * Checks that code is made of instructions at all: opcodes that exist, registers that exist, jumps and calls that land on
 * instructions, an end that cannot be walked over (Linux 6.12: check_subprogs(), resolve_pseudo_ldimm64() in
 * kernel/bpf/verifier.c). What the instructions do is for a verifier to judge.
 */
public final class CodeCheck {
    /** What is wrong with the instruction in a slot. */
    public record Problem(int slot, String reason) {}

    private final Instruction[] code;

    private CodeCheck(Instruction[] code) {
        this.code = code;
    }

    /** The first problem of code given by slot. */
    public static Optional<Problem> problem(Instruction[] code) {
        return new CodeCheck(code).first();
    }

    private Optional<Problem> first() {
        if (code.length == 0) {
            return Optional.of(new Problem(0, "the program is empty"));
        }
        int last = 0;
        for (int slot = 0; slot < code.length; slot++) {
            Instruction insn = code[slot];
            if (insn == null) {
                continue;
            }
            last = slot;
            String reason = reason(slot, insn);
            if (reason != null) {
                return Optional.of(new Problem(slot, reason));
            }
        }
        int opcode = code[last].opcode();
        boolean ends = opcode == Opcode.EXIT || opcode == Opcode.JUMP || opcode == Opcode.JUMP_LONG;
        return ends ? Optional.empty() : Optional.of(new Problem(last, "execution runs off the end of the program"));
    }

    private String reason(int slot, Instruction insn) {
        int opcode = insn.opcode();
        if (insn.dst() > 10 || insn.src() > 10) {
            return "register r" + Math.max(insn.dst(), insn.src()) + " does not exist";
        }
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_LD:
                return load(slot, insn);
            case Opcode.CLASS_LDX:
                return loadFromMemory(insn);
            case Opcode.CLASS_ST:
                return Opcode.modeOf(opcode) == Opcode.MODE_MEM ? null : unknown(insn);
            case Opcode.CLASS_STX:
                return store(insn);
            case Opcode.CLASS_JMP:
            case Opcode.CLASS_JMP32:
                return jump(slot, insn);
            default:
                return alu(insn);
        }
    }

    private String load(int slot, Instruction insn) {
        if (insn.opcode() != Opcode.LD_IMM64) {
            return loadFromPacket(insn) ? null : unknown(insn);
        }
        if (insn.dst() == 10) {
            return FRAME_POINTER;
        }
        return insn.isFunctionAddress() ? landing(slot + 1 + insn.immediate()) : null;
    }

    /** Linux 6.12: check_ld_abs() in kernel/bpf/verifier.c, what does not depend on the program's type. */
    private static boolean loadFromPacket(Instruction insn) {
        int mode = Opcode.modeOf(insn.opcode());
        return (mode == Opcode.MODE_ABS && insn.src() == 0 || mode == Opcode.MODE_IND)
                && Opcode.bytesOf(insn.opcode()) < 8
                && insn.dst() == 0
                && insn.offset() == 0;
    }

    private String loadFromMemory(Instruction insn) {
        int mode = Opcode.modeOf(insn.opcode());
        boolean known = mode == Opcode.MODE_MEM || mode == Opcode.MODE_MEMSX && Opcode.bytesOf(insn.opcode()) < 8;
        return !known ? unknown(insn) : insn.dst() == 10 ? FRAME_POINTER : null;
    }

    private String store(Instruction insn) {
        int mode = Opcode.modeOf(insn.opcode());
        if (mode == Opcode.MODE_ATOMIC) {
            if (Opcode.bytesOf(insn.opcode()) < 4) {
                return "atomic operations have 4 or 8 bytes";
            }
            int operation = (int) insn.immediate();
            int plain = operation & ~Opcode.FETCH;
            boolean known = operation == Opcode.XCHG
                    || operation == Opcode.CMPXCHG
                    || plain == Opcode.ADD
                    || plain == Opcode.OR
                    || plain == Opcode.AND
                    || plain == Opcode.XOR;
            return known ? null : unknown(insn);
        }
        return mode == Opcode.MODE_MEM ? null : unknown(insn);
    }

    private String jump(int slot, Instruction insn) {
        int opcode = insn.opcode();
        boolean narrow = Opcode.classOf(opcode) == Opcode.CLASS_JMP32;
        switch (Opcode.codeOf(opcode)) {
            case Opcode.JA:
                return Opcode.registerSource(opcode)
                        ? unknown(insn)
                        : landing(slot + 1L + (narrow ? (int) insn.immediate() : insn.offset()));
            case Opcode.CALL_CODE:
                if (opcode != Opcode.CALL) {
                    return unknown(insn);
                }
                return insn.isLocalCall() ? landing(slot + 1 + insn.immediate()) : null;
            case Opcode.EXIT_CODE:
                return opcode == Opcode.EXIT ? null : unknown(insn);
            case Opcode.JCOND:
                return narrow || Opcode.registerSource(opcode) || insn.src() != 0
                        ? unknown(insn)
                        : landing(slot + 1L + insn.offset());
            case 0xf0:
                return unknown(insn);
            default:
                return landing(slot + 1L + insn.offset());
        }
    }

    private String landing(long slot) {
        return slot >= 0 && slot < code.length && code[(int) slot] != null
                ? null
                : "it jumps to instruction " + slot + ", which is none";
    }

    private static final String FRAME_POINTER = "r10, the frame pointer, may not be written";

    private static String alu(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        if (insn.dst() == 10) {
            return FRAME_POINTER;
        }
        if (code > Opcode.END) {
            return unknown(insn);
        }
        boolean register = Opcode.registerSource(insn.opcode());
        int offset = insn.offset();
        if (code == Opcode.END) {
            long width = insn.immediate();
            boolean known = (width == 16 || width == 32 || width == 64) && !(wide && register);
            return known && offset == 0 ? null : unknown(insn);
        } else if (code == Opcode.NEG) {
            return register || offset != 0 ? unknown(insn) : null;
        } else if (code == Opcode.DIV || code == Opcode.MOD) {
            if (!register && insn.immediate() == 0) {
                return "division by zero";
            }
            return offset == 0 || offset == 1 ? null : unknown(insn);
        } else if (code == Opcode.MOV && register) {
            boolean known = offset == 0 || offset == 8 || offset == 16 || wide && offset == 32;
            return known ? null : unknown(insn);
        }
        return offset == 0 ? null : unknown(insn);
    }

    private static String unknown(Instruction insn) {
        return String.format(
                "instruction 0x%02x (offset %d, immediate %d) does not exist in RFC 9669",
                insn.opcode(), insn.offset(), insn.immediate());
    }
}
