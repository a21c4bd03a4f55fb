package org.bpfsim.bpf.inspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.types.StructLayout;

/**
 * Finds the fields of its context that a program reads and writes, by following the context pointer through registers and
 * stack slots of the entry function. Pointers passed on to other functions are not followed.
 */
final class ContextFields {
    private static final int FRAME_POINTER = 10;
    private static final int CALLER_SAVED = 0b11_1111;

    private final Instruction[] code;
    private final StructLayout layout;
    /** By slot, registers that may hold the context on the way in; bit 31 marks slots that were reached. */
    private final int[] registers;
    /** By slot, 8-byte stack slots that may hold it: bit i for r10 - 8 * (i + 1). */
    private final long[] stack;

    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final Set<String> read = new TreeSet<>();
    private final Set<String> written = new TreeSet<>();

    private ContextFields(Instruction[] code, StructLayout layout) {
        this.code = code;
        this.layout = layout;
        this.registers = new int[code.length];
        this.stack = new long[code.length];
    }

    /**
     * Names of fields, those that are written marked with {@code (w)} behind.
     *
     * @param code by slot, which has passed CodeCheck
     */
    static Set<String> of(Instruction[] code, StructLayout layout) {
        ContextFields fields = new ContextFields(code, layout);
        fields.flow(0, 1 << 1, 0);
        while (!fields.waiting.isEmpty()) {
            fields.step(fields.waiting.poll());
        }
        Set<String> all = new TreeSet<>(fields.read);
        fields.written.forEach(f -> all.add(f + " (w)"));
        return all;
    }

    private void flow(int slot, int held, long spilled) {
        if (slot >= code.length || code[slot] == null) {
            return;
        }
        int merged = registers[slot] | held | 1 << 31;
        long mergedStack = stack[slot] | spilled;
        if (merged != registers[slot] || mergedStack != stack[slot]) {
            registers[slot] = merged;
            stack[slot] = mergedStack;
            waiting.add(slot);
        }
    }

    private static boolean holds(int held, int register) {
        return (held >> register & 1) != 0;
    }

    /** The bit of a stack slot; 0 for anything else. */
    private static long stackBit(int base, Instruction insn) {
        int offset = insn.offset();
        boolean slot = base == FRAME_POINTER && Opcode.bytesOf(insn.opcode()) == 8 && offset < 0 && offset % 8 == 0;
        return slot && offset >= -512 ? 1L << -offset / 8 - 1 : 0;
    }

    private void step(int slot) {
        Instruction insn = code[slot];
        int held = registers[slot];
        long spilled = stack[slot];
        int opcode = insn.opcode();
        int dst = 1 << insn.dst();
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_LDX:
                boolean refilled = (spilled & stackBit(insn.src(), insn)) != 0;
                if (holds(held, insn.src())) {
                    note(insn, read);
                }
                held = refilled ? held | dst : held & ~dst;
                break;
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                if (holds(held, insn.dst())) {
                    note(insn, written);
                }
                long bit = stackBit(insn.dst(), insn);
                boolean spills = Opcode.classOf(opcode) == Opcode.CLASS_STX && holds(held, insn.src());
                spilled = spills ? spilled | bit : spilled & ~bit;
                break;
            case Opcode.CLASS_ALU64:
                boolean copies = opcode == (Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X) && insn.offset() == 0;
                held = copies && holds(held, insn.src()) ? held | dst : held & ~dst;
                break;
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_LD:
                held &= ~dst;
                break;
            default:
                jump(slot, insn, held, spilled);
                return;
        }
        flow(slot + insn.slots(), held, spilled);
    }

    private void jump(int slot, Instruction insn, int held, long spilled) {
        int opcode = insn.opcode();
        if (opcode == Opcode.EXIT) {
            return;
        } else if (opcode == Opcode.CALL) {
            flow(slot + 1, held & ~CALLER_SAVED, spilled);
            return;
        }
        int target = opcode == Opcode.JUMP_LONG ? (int) insn.immediate() : insn.offset();
        flow(slot + 1 + target, held, spilled);
        if (Opcode.isConditional(opcode)) {
            flow(slot + 1, held, spilled);
        }
    }

    private void note(Instruction insn, Set<String> where) {
        where.add(layout.nameAt(insn.offset()));
    }
}
