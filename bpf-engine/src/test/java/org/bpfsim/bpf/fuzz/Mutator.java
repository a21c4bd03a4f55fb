package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Changes programs a little, instruction by instruction; jumps keep their targets where instructions move. */
final class Mutator {
    private static final int[] IMMEDIATES = {0, 1, -1, 2, 4, 8, 16, 255, 256, 0x7fff_ffff, Integer.MIN_VALUE, -8, 63, 64
    };

    private final SplittableRandom random;

    Mutator(SplittableRandom random) {
        this.random = random;
    }

    /** Other code of the same length in slots; at least one instruction differs in most cases. */
    List<Instruction> mutate(List<Instruction> code) {
        List<Instruction> changed = new ArrayList<>(code);
        int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 2);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(changed.size());
            Instruction insn = changed.get(at);
            Instruction other = random.nextInt(8) == 0 ? changed.get(random.nextInt(changed.size())) : one(insn);
            if (other.slots() == insn.slots()) {
                changed.set(at, other);
            }
        }
        return changed;
    }

    private Instruction one(Instruction insn) {
        boolean pseudo = insn.opcode() == Opcode.LD_IMM64 && insn.src() != 0
                || insn.opcode() == Opcode.CALL && insn.src() == Opcode.PSEUDO_KFUNC_CALL;
        switch (random.nextInt(7)) {
            case 0:
                return new Instruction(insn.opcode(), random.nextInt(11), insn.src(), insn.offset(), insn.immediate());
            case 1:
                return pseudo || insn.opcode() == Opcode.CALL || insn.opcode() == Opcode.LD_IMM64
                        ? insn
                        : insn.withSource(random.nextInt(11));
            case 2:
                return insn.withOffset(insn.offset() + random.nextInt(17) - 8);
            case 3:
                if (pseudo) {
                    return insn;
                }
                long immediate = random.nextBoolean()
                        ? insn.immediate() + random.nextInt(9) - 4
                        : IMMEDIATES[random.nextInt(IMMEDIATES.length)];
                return insn.withImmediate((int) immediate);
            case 4:
                return insn.slots() == 2 ? insn : insn.withOpcode(insn.opcode() ^ 1 << random.nextInt(8));
            case 5:
                // Another operation of the same class.
                return insn.slots() == 2 || insn.opcode() == Opcode.CALL || insn.opcode() == Opcode.EXIT
                        ? insn
                        : insn.withOpcode(insn.opcode() & 0x0f | random.nextInt(16) << 4);
            default:
                // Nothing at all.
                return insn.slots() == 2 ? insn : new Instruction(Opcode.JUMP, 0, 0, (short) 0, 0);
        }
    }
}
