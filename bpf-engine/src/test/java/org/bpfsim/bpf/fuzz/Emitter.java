package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Writes instructions one after the other; jumps and calls go to labels that may be placed later. */
final class Emitter {
    private final List<Instruction> code = new ArrayList<>();
    private final List<Integer> slots = new ArrayList<>();
    private final List<int[]> jumps = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private int slot;

    void add(int opcode, int dst, int src, int offset, long immediate) {
        Instruction insn = new Instruction(opcode, dst, src, (short) offset, immediate);
        code.add(insn);
        slots.add(slot);
        slot += insn.slots();
    }

    int slot() {
        return slot;
    }

    int label() {
        labels.add(-1);
        return labels.size() - 1;
    }

    void place(int label) {
        labels.set(label, slot);
    }

    /** An instruction whose target is filled in at the end: its offset, or its immediate. */
    void to(int label, int opcode, int dst, int src, long immediate) {
        jumps.add(new int[] {code.size(), label});
        add(opcode, dst, src, 0, immediate);
    }

    void jump(int label) {
        to(label, Opcode.JUMP, 0, 0, 0);
    }

    void moveImmediate(int dst, long value) {
        if (value == (int) value) {
            add(Opcode.CLASS_ALU64 | Opcode.MOV, dst, 0, 0, value);
        } else {
            add(Opcode.LD_IMM64, dst, 0, 0, value);
        }
    }

    void move(int dst, int src) {
        add(Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X, dst, src, 0, 0);
    }

    void addImmediate(int dst, long value) {
        add(Opcode.CLASS_ALU64 | Opcode.ADD, dst, 0, 0, value);
    }

    /** dst = the address of a place on the frame's stack. */
    void stackAddress(int dst, int offset) {
        move(dst, 10);
        addImmediate(dst, offset);
    }

    void map(int dst, int map) {
        add(Opcode.LD_IMM64, dst, Opcode.PSEUDO_MAP_FD, 0, map);
    }

    void mapValue(int dst, int map, int offset) {
        add(Opcode.LD_IMM64, dst, Opcode.PSEUDO_MAP_VALUE, 0, map | (long) offset << 32);
    }

    void load(int bytes, int dst, int src, int offset) {
        add(Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.sizeBits(bytes), dst, src, offset, 0);
    }

    void store(int bytes, int dst, int offset, int src) {
        add(Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.sizeBits(bytes), dst, src, offset, 0);
    }

    void storeImmediate(int bytes, int dst, int offset, int value) {
        add(Opcode.CLASS_ST | Opcode.MODE_MEM | Opcode.sizeBits(bytes), dst, 0, offset, value);
    }

    void helper(String name) {
        add(Opcode.CALL, 0, Opcode.HELPER_CALL, 0, HelperNames.idOf(name));
    }

    void kfunc(String name) {
        add(Opcode.CALL, 0, Opcode.PSEUDO_KFUNC_CALL, 0, FuzzProgram.KFUNCS.indexOf(name));
    }

    void call(int label) {
        to(label, Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0);
    }

    void functionAddress(int dst, int label) {
        to(label, Opcode.LD_IMM64, dst, Opcode.PSEUDO_FUNC, 0);
    }

    void exit() {
        add(Opcode.EXIT, 0, 0, 0, 0);
    }

    /** The code with all targets filled in. */
    List<Instruction> finish() {
        for (int[] jump : jumps) {
            Instruction insn = code.get(jump[0]);
            int distance = labels.get(jump[1]) - slots.get(jump[0]) - 1;
            boolean immediate = insn.isLocalCall() || insn.isFunctionAddress() || insn.opcode() == Opcode.JUMP_LONG;
            code.set(jump[0], immediate ? insn.withImmediate(distance) : insn.withOffset(distance));
        }
        return List.copyOf(code);
    }
}
