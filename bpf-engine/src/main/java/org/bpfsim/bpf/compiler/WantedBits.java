package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Which bits of a loaded number the program looks at. Of a byte that is made of bitfields it wants one, as a rule: it masks the
 * byte, or shifts it to the left and back, as CO-RE's BPF_CORE_READ_BITFIELD() does. The other fields then need not be read.
 */
final class WantedBits {
    /** The field's width is found by switches that a compiler leaves between the load and the shifts; they are soon over. */
    private static final int MAX_STEPS = 16;

    private static final int SHIFT_MASK = 63;

    private WantedBits() {}

    /**
     * A mask with a 1 for each bit that anything can depend on.
     *
     * @param load the slot of a load
     */
    static long of(ProgramWriter program, int load) {
        int register = program.code(load).dst();
        if (Opcode.modeOf(program.code(load).opcode()) != Opcode.MODE_MEM) {
            return -1L;
        }
        int left = 0;
        int slot = load;
        for (int step = 0; step < MAX_STEPS; step++) {
            int[] next = program.graph().successors(slot);
            if (next.length != 1 || next[0] >= program.slots()) {
                break;
            }
            slot = next[0];
            Instruction insn = program.code(slot);
            if (insn.dst() == register && isAlu(insn) && !Opcode.registerSource(insn.opcode())) {
                boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
                int code = Opcode.codeOf(insn.opcode());
                if (code == Opcode.AND) {
                    return (wide ? insn.immediate() : insn.immediate() & 0xffff_ffffL) >>> left;
                } else if (wide && code == Opcode.LSH) {
                    left += (int) insn.immediate() & SHIFT_MASK;
                    if (left >= Long.SIZE) {
                        return 0;
                    }
                    continue;
                } else if (wide && (code == Opcode.RSH || code == Opcode.ARSH)) {
                    return -1L << (insn.immediate() & SHIFT_MASK) >>> left;
                }
                break;
            } else if (!leavesAlone(insn, register)) {
                break;
            }
        }
        return -1L >>> left;
    }

    /** Whether an instruction neither reads nor changes a register. */
    private static boolean leavesAlone(Instruction insn, int register) {
        int opcode = insn.opcode();
        boolean jump = opcode == Opcode.JUMP || opcode == Opcode.JUMP_LONG;
        boolean simple = isAlu(insn) || opcode == Opcode.LD_IMM64 || Opcode.isConditional(opcode);
        boolean reads = Opcode.registerSource(opcode) && insn.src() == register;
        return jump || simple && insn.dst() != register && !reads;
    }

    private static boolean isAlu(Instruction insn) {
        int kind = Opcode.classOf(insn.opcode());
        return kind == Opcode.CLASS_ALU || kind == Opcode.CLASS_ALU64;
    }
}
