package org.bpfsim.bpf.verifier;

import java.util.Arrays;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Finds out which numbers a decision rested on. A checkpoint needs to compare exactly only those; all other numbers may
 * differ. Going back over the path, each instruction passes the question on to what its result came from.
 */
final class Precision {
    private final Verification v;

    Precision(Verification v) {
        this.v = v;
    }

    /** What is still asked for, by frame: registers and stack slots. */
    private static final class Wanted {
        final int[] regs = new int[Verification.MAX_FRAMES];
        final long[] slots = new long[Verification.MAX_FRAMES];

        boolean empty() {
            for (int i = 0; i < regs.length; i++) {
                if (regs[i] != 0 || slots[i] != 0) {
                    return false;
                }
            }
            return true;
        }

        boolean has(int packed) {
            int frame = packed >>> 16;
            int index = packed & 0x7fff;
            return (packed & 0x8000) != 0 ? (slots[frame] >>> index & 1) != 0 : (regs[frame] >>> index & 1) != 0;
        }

        void add(int packed) {
            int frame = packed >>> 16;
            int index = packed & 0x7fff;
            if ((packed & 0x8000) != 0) {
                slots[frame] |= 1L << index;
            } else {
                regs[frame] |= 1 << index;
            }
        }
    }

    /** The number in a register of the current frame decided something. */
    void mark(int register) {
        Reg r = v.reg(register);
        if (!r.isScalar()) {
            return;
        }
        r.precise = true;
        Wanted wanted = new Wanted();
        wanted.regs[v.frame().number] = 1 << register;
        // The current instruction has not had its effect yet: its trace node is passed over.
        back(wanted, v.state.trace, true);
    }

    /**
     * A state is like one that was explored: what mattered there matters on the path that led to it, too. Answers whether that was
     * new to any checkpoint.
     */
    boolean propagate(State state, State explored) {
        Wanted wanted = new Wanted();
        for (Frame f : explored.frames) {
            Frame mine = state.frame(f.number);
            for (int i = 0; i < 10; i++) {
                if (f.regs[i].isScalar() && f.regs[i].precise && mine.regs[i].isScalar()) {
                    wanted.regs[f.number] |= 1 << i;
                    mine.regs[i].precise = true;
                }
            }
            for (int i = 0; i < f.stack.length && i < mine.stack.length; i++) {
                if (f.stack[i].isSpillOfScalar() && f.stack[i].spilled.precise && mine.stack[i].isSpillOfScalar()) {
                    wanted.slots[f.number] |= 1L << i;
                    mine.stack[i].spilled.precise = true;
                }
            }
        }
        return !wanted.empty() && back(wanted, state.trace, false);
    }

    /** Answers whether any checkpoint learnt of it. */
    private boolean back(Wanted wanted, Trace from, boolean skipFirst) {
        boolean fresh = false;
        Trace node = from;
        boolean skip = skipFirst;
        while (node != null && !wanted.empty()) {
            if (!skip) {
                instruction(wanted, node);
            }
            skip = false;
            v.walk.wanted(node, wanted.regs);
            if (node.checkpoint != null) {
                if (!markCheckpoint(wanted, node.checkpoint)) {
                    return fresh;
                }
                fresh = true;
            }
            node = node.previous;
        }
        return fresh;
    }

    /** Answers whether anything was new: what a checkpoint already knew, those before it know as well. */
    private static boolean markCheckpoint(Wanted wanted, State state) {
        boolean fresh = false;
        for (int f = 0; f < state.frames.size(); f++) {
            Frame frame = state.frames.get(f);
            for (int bits = wanted.regs[f]; bits != 0; bits &= bits - 1) {
                int i = Integer.numberOfTrailingZeros(bits);
                Reg r = frame.regs[i];
                if (!r.isScalar() || r.precise) {
                    wanted.regs[f] &= ~(1 << i);
                } else {
                    r.precise = true;
                    fresh = true;
                }
            }
            for (long bits = wanted.slots[f]; bits != 0; bits &= bits - 1) {
                int i = Long.numberOfTrailingZeros(bits);
                if (i >= frame.stack.length || !frame.stack[i].isSpillOfScalar() || frame.stack[i].spilled.precise) {
                    wanted.slots[f] &= ~(1L << i);
                } else {
                    frame.stack[i].spilled.precise = true;
                    fresh = true;
                }
            }
        }
        for (int f = state.frames.size(); f < Verification.MAX_FRAMES; f++) {
            wanted.regs[f] = 0;
            wanted.slots[f] = 0;
        }
        return fresh;
    }

    private void instruction(Wanted w, Trace node) {
        Instruction insn = v.code[node.slot];
        int f = node.frame;
        if (node.linked != null) {
            boolean any = Arrays.stream(node.linked).anyMatch(w::has);
            if (any) {
                Arrays.stream(node.linked).forEach(w::add);
            }
        }
        int dst = 1 << insn.dst();
        int src = 1 << insn.src();
        boolean register = Opcode.registerSource(insn.opcode());
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                alu(w, insn, f, dst, src, register);
                break;
            case Opcode.CLASS_LDX:
                if ((w.regs[f] & dst) != 0) {
                    w.regs[f] &= ~dst;
                    if (node.stackFrame >= 0) {
                        w.slots[node.stackFrame] |= 1L << node.stackIndex;
                    }
                }
                break;
            case Opcode.CLASS_ST:
                if (node.stackFrame >= 0) {
                    w.slots[node.stackFrame] &= ~(1L << node.stackIndex);
                }
                break;
            case Opcode.CLASS_STX:
                store(w, insn, node, f, src);
                break;
            case Opcode.CLASS_LD:
                w.regs[f] &= insn.opcode() == Opcode.LD_IMM64 ? ~dst : ~0b111111;
                break;
            default:
                jump(w, insn, node, f, dst, src, register);
                break;
        }
    }

    private static void alu(Wanted w, Instruction insn, int f, int dst, int src, boolean register) {
        if ((w.regs[f] & dst) == 0) {
            return;
        }
        int code = Opcode.codeOf(insn.opcode());
        if (code == Opcode.MOV) {
            w.regs[f] &= ~dst;
            if (register) {
                w.regs[f] |= src;
            }
        } else if (code != Opcode.END && code != Opcode.NEG && register) {
            w.regs[f] |= src;
        }
    }

    private static void store(Wanted w, Instruction insn, Trace node, int f, int src) {
        if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC) {
            int result = insn.immediate() == Opcode.CMPXCHG ? 1 : src;
            if ((insn.immediate() & Opcode.FETCH) != 0 && (w.regs[f] & result) != 0) {
                w.regs[f] &= ~result;
                if (node.stackFrame >= 0) {
                    w.slots[node.stackFrame] |= 1L << node.stackIndex;
                }
            }
            return;
        }
        if (node.stackFrame >= 0 && (w.slots[node.stackFrame] >>> node.stackIndex & 1) != 0) {
            w.slots[node.stackFrame] &= ~(1L << node.stackIndex);
            w.regs[f] |= src;
        }
    }

    private void jump(Wanted w, Instruction insn, Trace node, int f, int dst, int src, boolean register) {
        if (insn.opcode() == Opcode.CALL) {
            w.regs[f] &= ~1;
            if (node.entersFrame && f + 1 < Verification.MAX_FRAMES) {
                if (insn.isLocalCall()) {
                    w.regs[f] |= w.regs[f + 1] & 0b111110;
                } else {
                    // A callback's arguments come from the helper.
                    w.regs[f] &= ~0b111110;
                }
                w.regs[f + 1] = 0;
                w.slots[f + 1] = 0;
            } else {
                w.regs[f] &= ~0b111110;
            }
        } else if (insn.opcode() == Opcode.EXIT) {
            if (f > 0 && node.entersFrame) {
                // R0 of the caller came from here.
                w.regs[f] |= w.regs[f - 1] & 1;
                w.regs[f - 1] &= ~1;
            }
        } else if (Opcode.isConditional(insn.opcode()) && register && (w.regs[f] & (dst | src)) != 0) {
            w.regs[f] |= dst | src;
        }
    }
}
