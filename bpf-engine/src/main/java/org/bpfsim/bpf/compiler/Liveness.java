package org.bpfsim.bpf.compiler;

import java.util.HashMap;
import java.util.Map;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Which registers are still read from the start of each block on. */
final class Liveness {
    private static final int ARGUMENTS = 0b11_1110;

    private final ProgramWriter program;
    private final Map<Integer, Integer> before = new HashMap<>();

    Liveness(ProgramWriter program, ControlGraph.Function function) {
        this.program = program;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = function.blocks.size() - 1; i >= 0; i--) {
                ControlGraph.Block block = function.blocks.get(i);
                int live = 0;
                for (int next : program.graph().successors(block.last())) {
                    live |= before(next);
                }
                for (int j = block.slots().length - 1; j >= 0; j--) {
                    live = before(program.code(block.slots()[j]), live);
                }
                Integer known = before.put(block.start(), live);
                changed |= known == null || known != live;
            }
        }
    }

    /** A bit for each register. */
    int before(int blockStart) {
        return before.getOrDefault(blockStart, 0);
    }

    private int before(Instruction insn, int after) {
        int opcode = insn.opcode();
        int dst = 1 << insn.dst();
        int src = Opcode.registerSource(opcode) ? 1 << insn.src() : 0;
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                boolean overwrites = Opcode.codeOf(opcode) == Opcode.MOV;
                return Opcode.codeOf(opcode) == Opcode.END
                        ? after | dst
                        : (overwrites ? after & ~dst : after | dst) | src;
            case Opcode.CLASS_LDX:
                return after & ~dst | 1 << insn.src();
            case Opcode.CLASS_ST:
                return after | dst;
            case Opcode.CLASS_STX:
                return after | dst | 1 << insn.src() | 1;
            case Opcode.CLASS_LD:
                return opcode == Opcode.LD_IMM64 ? after & ~dst : after & ~1 | 1 << 6 | 1 << insn.src();
            default:
                if (opcode == Opcode.EXIT) {
                    return 1;
                } else if (opcode == Opcode.CALL) {
                    // A program that was not verified may read afterwards what it had in R1 to R5.
                    return after & ~1 & (program.knowledge().verified() ? ~ARGUMENTS : -1) | ARGUMENTS;
                }
                return Opcode.isConditional(opcode) ? after | dst | src : after;
        }
    }
}
