package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Makes programs smaller as long as they still show what they showed. */
final class Shrinker {
    private Shrinker() {}

    static FuzzProgram shrink(FuzzProgram program, Predicate<FuzzProgram> shows) {
        FuzzProgram best = program;
        boolean progress = true;
        while (progress) {
            progress = false;
            for (int length = Math.max(1, best.code().size() / 4); length >= 1; length /= 2) {
                for (int at = best.code().size() - length; at >= 0; at -= length) {
                    int from = Math.min(at, best.code().size() - length);
                    if (from < 0) {
                        continue;
                    }
                    FuzzProgram smaller = best.withCode(without(best.code(), from, from + length), true);
                    if (!smaller.code().isEmpty() && shows.test(smaller)) {
                        best = smaller;
                        progress = true;
                    }
                }
            }
        }
        return best;
    }

    /** The code without some instructions; jumps to them go to what follows. */
    static List<Instruction> without(List<Instruction> code, int from, int to) {
        List<Integer> before = starts(code);
        List<Instruction> left = new ArrayList<>(code.subList(0, from));
        left.addAll(code.subList(to, code.size()));
        List<Integer> after = starts(left);
        List<Instruction> result = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            Instruction insn = left.get(i);
            int old = i < from ? i : i + to - from;
            int distance = distance(insn);
            int target = before.indexOf(before.get(old) + 1 + distance);
            if (!jumps(insn) || target < 0) {
                result.add(insn);
                continue;
            }
            int newTarget = target < from ? target : Math.max(from, target - (to - from));
            result.add(withDistance(insn, after.get(newTarget) - after.get(i) - 1));
        }
        return result;
    }

    private static List<Integer> starts(List<Instruction> code) {
        List<Integer> starts = new ArrayList<>();
        int slot = 0;
        for (Instruction insn : code) {
            starts.add(slot);
            slot += insn.slots();
        }
        starts.add(slot);
        return starts;
    }

    private static boolean byImmediate(Instruction insn) {
        return insn.isLocalCall() || insn.isFunctionAddress() || insn.opcode() == Opcode.JUMP_LONG;
    }

    private static boolean jumps(Instruction insn) {
        return byImmediate(insn) || insn.opcode() == Opcode.JUMP || Opcode.isConditional(insn.opcode());
    }

    private static int distance(Instruction insn) {
        return byImmediate(insn) ? (int) insn.immediate() : insn.offset();
    }

    private static Instruction withDistance(Instruction insn, int distance) {
        return byImmediate(insn) ? insn.withImmediate(distance) : insn.withOffset(distance);
    }
}
