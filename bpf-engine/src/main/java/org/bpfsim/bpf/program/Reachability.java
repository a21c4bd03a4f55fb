package org.bpfsim.bpf.program;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bpfsim.bpf.isa.Arithmetic;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Finds the instructions that a program can reach, knowing the constants in its registers and in read-only data. It is what makes
 * {@code if (bpf_core_field_exists(…))} guard the code behind it: with the answer 0 the guarded code is dead, and what is
 * missing there is no error. A verifier does the same and more.
 */
final class Reachability {
    /** Read-only data whose contents are known at load time. */
    interface Constants {
        /** Whether a load of so many bytes at an address gives a constant. */
        boolean known(long address, int bytes);

        long load(long address, int bytes);
    }

    /** What is known on the way into an instruction: a bit per register that holds a constant. */
    private static final class State {
        final long[] values = new long[11];
        int known;

        State copy() {
            State copy = new State();
            System.arraycopy(values, 0, copy.values, 0, values.length);
            copy.known = known;
            return copy;
        }

        boolean knows(int register) {
            return (known >> register & 1) != 0;
        }

        void set(int register, long value) {
            values[register] = value;
            known |= 1 << register;
        }

        void forget(int registers) {
            known &= ~registers;
        }

        /** Keeps what both agree on; answers whether anything was lost. */
        boolean meet(State other) {
            int before = known;
            known &= other.known;
            for (int i = 0; i < values.length; i++) {
                if (knows(i) && values[i] != other.values[i]) {
                    known &= ~(1 << i);
                }
            }
            return known != before;
        }
    }

    private static final int CALLER_SAVED = 0b11_1111;

    private final Instruction[] code;
    private final Constants constants;
    private final State[] states;
    private final Deque<Integer> waiting = new ArrayDeque<>();

    private Reachability(Instruction[] code, Constants constants) {
        this.code = code;
        this.constants = constants;
        this.states = new State[code.length];
    }

    /** By slot, whether the instruction can be reached from the first one. The code has passed CodeCheck. */
    static boolean[] of(Instruction[] code, Constants constants) {
        Reachability analysis = new Reachability(code, constants);
        analysis.flow(0, new State());
        while (!analysis.waiting.isEmpty()) {
            analysis.step(analysis.waiting.poll());
        }
        boolean[] reachable = new boolean[code.length];
        for (int slot = 0; slot < code.length; slot++) {
            reachable[slot] = analysis.states[slot] != null;
        }
        return reachable;
    }

    private void flow(int slot, State state) {
        if (slot >= code.length || code[slot] == null) {
            return;
        }
        if (states[slot] == null) {
            states[slot] = state.copy();
            waiting.add(slot);
        } else if (states[slot].meet(state)) {
            waiting.add(slot);
        }
    }

    private void step(int slot) {
        Instruction insn = code[slot];
        State state = states[slot].copy();
        int next = slot + insn.slots();
        int opcode = insn.opcode();
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                alu(insn, state);
                flow(next, state);
                return;
            case Opcode.CLASS_LD:
                if (insn.isFunctionAddress()) {
                    flow(slot + 1 + (int) insn.immediate(), new State());
                    state.forget(1 << insn.dst());
                } else if (opcode != Opcode.LD_IMM64) {
                    state.forget(CALLER_SAVED);
                } else {
                    state.set(insn.dst(), insn.immediate());
                }
                flow(next, state);
                return;
            case Opcode.CLASS_LDX:
                load(insn, state);
                flow(next, state);
                return;
            case Opcode.CLASS_STX:
                if (Opcode.modeOf(opcode) == Opcode.MODE_ATOMIC) {
                    state.forget(1 | 1 << insn.src());
                }
                flow(next, state);
                return;
            case Opcode.CLASS_ST:
                flow(next, state);
                return;
            default:
                jump(slot, insn, state);
        }
    }

    private static void alu(Instruction insn, State state) {
        boolean register = Opcode.registerSource(insn.opcode()) && Opcode.codeOf(insn.opcode()) != Opcode.END;
        boolean moves = Opcode.codeOf(insn.opcode()) == Opcode.MOV;
        boolean known = (moves || state.knows(insn.dst())) && (!register || state.knows(insn.src()));
        if (known) {
            long b = register ? state.values[insn.src()] : insn.immediate();
            state.set(insn.dst(), Arithmetic.alu(insn, state.values[insn.dst()], b));
        } else {
            state.forget(1 << insn.dst());
        }
    }

    private void load(Instruction insn, State state) {
        int bytes = Opcode.bytesOf(insn.opcode());
        long address = state.values[insn.src()] + insn.offset();
        if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEM
                && state.knows(insn.src())
                && constants.known(address, bytes)) {
            state.set(insn.dst(), constants.load(address, bytes));
        } else {
            state.forget(1 << insn.dst());
        }
    }

    private void jump(int slot, Instruction insn, State state) {
        int opcode = insn.opcode();
        int next = slot + 1;
        if (opcode == Opcode.EXIT) {
            return;
        } else if (opcode == Opcode.CALL) {
            if (insn.isLocalCall()) {
                flow(next + (int) insn.immediate(), new State());
            }
            state.forget(CALLER_SAVED);
            flow(next, state);
            return;
        } else if (opcode == Opcode.JUMP) {
            flow(next + insn.offset(), state);
            return;
        } else if (opcode == Opcode.JUMP_LONG) {
            flow(next + (int) insn.immediate(), state);
            return;
        }
        boolean register = Opcode.registerSource(opcode);
        boolean decided = Opcode.codeOf(opcode) != Opcode.JCOND
                && state.knows(insn.dst())
                && (!register || state.knows(insn.src()));
        boolean taken = decided
                && Arithmetic.taken(
                        insn, state.values[insn.dst()], register ? state.values[insn.src()] : insn.immediate());
        if (!decided || taken) {
            flow(next + insn.offset(), state);
        }
        if (!decided || !taken) {
            flow(next, state);
        }
    }
}
