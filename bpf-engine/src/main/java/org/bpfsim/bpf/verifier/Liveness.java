package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Which registers an instruction and what follows it may read, by data flow within each function. */
final class Liveness {
    private static final int ARGUMENTS = 0b111110;
    private static final int CALL_CLOBBERS = 0b111111;

    /** By slot: bit n is set if register n is read before it is written. */
    private final int[] before;

    private final int[] after;
    private final Verification v;

    Liveness(Verification v) {
        this.v = v;
        this.before = new int[v.code.length];
        this.after = new int[v.code.length];
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = v.code.length - 1; i >= 0; i--) {
                if (v.code[i] != null && update(i)) {
                    changed = true;
                }
            }
        }
    }

    int before(int slot) {
        return before[slot];
    }

    int after(int slot) {
        return after[slot];
    }

    private boolean update(int slot) {
        int out = 0;
        for (int next : v.flow.successors(slot, false)) {
            out |= before[next];
        }
        Instruction insn = v.code[slot];
        int in = out & ~writes(insn) | reads(insn, slot);
        boolean changed = in != before[slot] || out != after[slot];
        before[slot] = in;
        after[slot] = out;
        return changed;
    }

    private static int writes(Instruction insn) {
        int dst = 1 << insn.dst();
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
            case Opcode.CLASS_LDX:
                return dst;
            case Opcode.CLASS_LD:
                return insn.opcode() == Opcode.LD_IMM64 ? dst : CALL_CLOBBERS;
            case Opcode.CLASS_STX:
                if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC && (insn.immediate() & Opcode.FETCH) != 0) {
                    return insn.immediate() == Opcode.CMPXCHG ? 1 : 1 << insn.src();
                }
                return 0;
            case Opcode.CLASS_ST:
                return 0;
            default:
                return insn.opcode() == Opcode.CALL ? CALL_CLOBBERS : 0;
        }
    }

    private int reads(Instruction insn, int slot) {
        int dst = 1 << insn.dst();
        int src = 1 << insn.src();
        boolean register = Opcode.registerSource(insn.opcode());
        int code = Opcode.codeOf(insn.opcode());
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                if (code == Opcode.MOV) {
                    return register ? src : 0;
                }
                return code == Opcode.END || code == Opcode.NEG ? dst : dst | (register ? src : 0);
            case Opcode.CLASS_LDX:
                return src;
            case Opcode.CLASS_LD:
                if (insn.opcode() == Opcode.LD_IMM64) {
                    return 0;
                }
                return 1 << 6 | (Opcode.modeOf(insn.opcode()) == Opcode.MODE_IND ? src : 0);
            case Opcode.CLASS_ST:
                return dst;
            case Opcode.CLASS_STX:
                return dst | src | (insn.immediate() == Opcode.CMPXCHG ? 1 : 0);
            default:
                if (insn.opcode() == Opcode.CALL) {
                    return argumentsOf(insn, slot);
                } else if (insn.opcode() == Opcode.EXIT) {
                    return 1;
                } else if (code == Opcode.JA || code == Opcode.JCOND) {
                    return 0;
                }
                return dst | (register ? src : 0);
        }
    }

    /** Registers that a call reads: those of the function's arguments. */
    private int argumentsOf(Instruction insn, int slot) {
        if (insn.isLocalCall()) {
            int subprogram = v.subprograms.at(v.subprograms.target(slot));
            return v.subprograms.global(subprogram) ? ARGUMENTS : before[v.subprograms.start(subprogram)] & ARGUMENTS;
        } else if (insn.src() == Opcode.HELPER_CALL) {
            return v.rules
                    .helper((int) insn.immediate())
                    .map(h -> ((1 << h.arguments().size()) - 1) << 1)
                    .orElse(ARGUMENTS);
        }
        return ARGUMENTS;
    }
}
