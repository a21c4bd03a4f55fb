package org.bpfsim.bpf.verifier;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Registers that a compiler saves on the stack around calls that leave them alone: Clang does so around functions that are marked
 * {@code bpf_fastcall}, for kernels that do not know that they are. Linux 6.12 takes such spills and fills out again, and the
 * function then needs less stack, if nothing but they reaches the lowest part of the stack that they are in
 * ({@code mark_fastcall_patterns()}, {@code check_fastcall_stack_contract()}, {@code remove_fastcall_spills_fills()} in
 * kernel/bpf/verifier.c).
 *
 * <p>Only how much stack functions have together depends on it. When programs run, each frame has its 512 bytes, and the spills
 * and fills are executed: what the program computes is the same.
 */
final class FastcallSpills {
    private static final int CALLER_SAVED = 0b111111;
    private static final int SPILL = Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_DW;
    private static final int FILL = Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_DW;

    private final Verification v;
    /** Spills and fills by slot. */
    private final BitSet pairs = new BitSet();
    /** By function: the part of the stack below this offset belongs to spills. */
    private final int[] below;
    /** Functions of which some pairs can be taken out. */
    private final BitSet removes = new BitSet();
    /** Functions of which some pairs must stay. */
    private final BitSet keeps = new BitSet();

    FastcallSpills(Verification v) {
        this.v = v;
        this.below = new int[v.subprograms.count()];
        Arrays.setAll(below, this::find);
    }

    private int find(int subprogram) {
        int start = v.subprograms.start(subprogram);
        int end = v.subprograms.end(subprogram);
        int lowest = 0;
        for (int slot = start; slot < end; slot++) {
            if (spills(slot)) {
                lowest = Math.min(lowest, v.code[slot].offset());
            }
        }
        int top = 0;
        for (int slot = start; slot < end; slot++) {
            if (v.code[slot] != null && v.isCall(slot)) {
                int count = around(slot, lowest);
                if (count > 0) {
                    (removable(slot) ? removes : keeps).set(subprogram);
                    top = Math.min(top, lowest + 8 * count);
                }
            }
        }
        return top;
    }

    private boolean spills(int slot) {
        Instruction insn = v.code[slot];
        return insn != null && insn.opcode() == SPILL && insn.dst() == 10;
    }

    /** Notes the pairs around a call, of which the innermost has the lowest place; answers how many there are. */
    private int around(int call, int lowest) {
        int free = CALLER_SAVED & ~clobbered(call);
        int count = 0;
        while (free != 0 && isPair(call, count + 1, free, lowest + 8 * count)) {
            count++;
            free &= ~(1 << v.code[call - count].src());
            pairs.set(call - count);
            pairs.set(call + count);
        }
        return count;
    }

    private boolean isPair(int call, int distance, int free, int offset) {
        int first = call - distance;
        int last = call + distance;
        // Nothing jumps in between: from the first spill on, all of it is executed.
        if (first < 0
                || last >= v.code.length
                || v.flow.jumpTargets.get(first + 1)
                || v.flow.jumpTargets.get(last)
                || !spills(first)) {
            return false;
        }
        Instruction spill = v.code[first];
        Instruction fill = v.code[last];
        return fill != null
                && fill.opcode() == FILL
                && fill.src() == 10
                && fill.dst() == spill.src()
                && (free >> spill.src() & 1) != 0
                && spill.offset() == offset
                && fill.offset() == offset;
    }

    /** Registers that the call takes or sets, were it a fast one. */
    private int clobbered(int call) {
        Instruction insn = v.code[call];
        if (insn.src() == Opcode.HELPER_CALL) {
            Optional<HelperContract> helper = v.rules.helper((int) insn.immediate());
            return helper.map(h -> mask(h.result().equals("void"), h.arguments().size()))
                    .orElse(CALLER_SAVED);
        }
        if (v.operands[call] instanceof VerifierInput.Operand.OfKfunc kfunc && kfunc.present()) {
            return v.kernel
                    .kfunc(kfunc.name())
                    .map(f -> mask(
                            f.btf().resolve(f.prototype().returnType()) instanceof BtfType.Void,
                            f.prototype().parameters().size()))
                    .orElse(CALLER_SAVED);
        }
        return CALLER_SAVED;
    }

    private static int mask(boolean resultless, int arguments) {
        return (1 << 1 + arguments) - (resultless ? 2 : 1);
    }

    private boolean removable(int call) {
        if (v.operands[call] instanceof VerifierInput.Operand.OfKfunc kfunc) {
            return KfuncContract.of(kfunc.name()).filter(k -> k.has("fastcall")).isPresent();
        }
        return v.rules
                .helper((int) v.code[call].immediate())
                .filter(HelperContract::fastcall)
                .isPresent();
    }

    /** The current instruction reaches the stack of a function from an offset on: not only spills and fills use it, then. */
    void reached(int subprogram, int offset) {
        if (below[subprogram] > offset && !pairs.get(v.slot)) {
            below[subprogram] = Integer.MIN_VALUE;
            removes.clear(subprogram);
            pairs.clear(v.subprograms.start(subprogram), v.subprograms.end(subprogram));
        }
    }

    /**
     * The stack that a function keeps.
     *
     * @param used what it uses with its spills
     */
    int stackBytes(int subprogram, int used) {
        return removes.get(subprogram) && !keeps.get(subprogram) ? -below[subprogram] : used;
    }
}
