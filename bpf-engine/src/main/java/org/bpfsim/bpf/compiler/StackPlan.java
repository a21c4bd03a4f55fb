package org.bpfsim.bpf.compiler;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;

/**
 * Decides which parts of a function's stack become local variables: slots of 8 bytes that nothing but loads and stores of the
 * function itself, at fixed places, can reach. If an address of the stack goes where it cannot be followed, there are none.
 */
final class StackPlan {
    private final ProgramWriter program;
    private final Knowledge knowledge;
    private final ControlGraph.Function function;
    private Flow flow;
    private final Map<Integer, Integer> cells = new TreeMap<>();
    private final int clearedBytes;

    /** A piece of the stack that an instruction accesses. */
    private record Access(int offset, int bytes) {}

    StackPlan(ProgramWriter program, ControlGraph.Function function) {
        this.program = program;
        this.knowledge = program.knowledge();
        this.function = function;
        flow = new Flow(program, function, new BitSet());
        Set<Integer> lookups = lookups();
        Set<Access> accesses = accesses(lookups);
        BitSet shared = knowledge.sharedStack(function.start, lookups);
        BitSet candidates = candidates(accesses, shared);
        if (!candidates.isEmpty()) {
            Flow memory = flow;
            flow = new Flow(program, function, candidates);
            // What was not known to be an access before may be one now.
            Set<Access> all = accesses(lookups);
            if (escapes(lookups) || !candidates(all, shared).equals(candidates)) {
                flow = memory;
            } else {
                accesses = all;
                divide(accesses);
            }
        }
        clearedBytes = escapes(lookups) ? AddressLayout.FRAME_BYTES : memoryBytes(accesses, shared);
    }

    Flow flow() {
        return flow;
    }

    /** Local variables by their offset from the frame pointer: their length. */
    Map<Integer, Integer> cells() {
        return cells;
    }

    int clearedBytes() {
        return clearedBytes;
    }

    private interface Visitor {
        void visit(int slot, Instruction insn, Flow.State before);
    }

    private void forEach(Visitor visitor) {
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            for (int slot : block.slots()) {
                visitor.visit(slot, program.code(slot), state);
                flow.step(slot, state);
            }
        }
    }

    /** Look-ups in arrays that read their index as a load would. */
    private Set<Integer> lookups() {
        Set<Integer> lookups = new HashSet<>();
        forEach((slot, insn, state) -> {
            if (insn.opcode() == Opcode.CALL && program.arrayLookup(insn, state) >= 0) {
                lookups.add(slot);
            }
        });
        return lookups;
    }

    private Set<Access> accesses(Set<Integer> lookups) {
        Set<Access> accesses = new HashSet<>();
        forEach((slot, insn, state) -> {
            if (isLoadOrStore(insn) && flow.place(slot, state) instanceof Place.Stack stack) {
                accesses.add(new Access(stack.offset(), Opcode.bytesOf(insn.opcode())));
            } else if (lookups.contains(slot)) {
                accesses.add(new Access((int) state.register(2).value(), 4));
            }
        });
        return accesses;
    }

    private static boolean isLoadOrStore(Instruction insn) {
        int cls = Opcode.classOf(insn.opcode());
        return cls == Opcode.CLASS_LDX || cls == Opcode.CLASS_ST || cls == Opcode.CLASS_STX;
    }

    private static boolean isAtomic(Instruction insn) {
        return Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX && Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC;
    }

    private BitSet candidates(Set<Access> accesses, BitSet shared) {
        BitSet candidates = new BitSet();
        BitSet spoiled = new BitSet();
        for (Access access : accesses) {
            int first = Flow.slotOf(access.offset);
            int last = Flow.slotOf(access.offset + access.bytes - 1);
            candidates.set(first, last + 1);
            if (first != last) {
                spoiled.set(first, last + 1);
            }
        }
        forEach((slot, insn, state) -> {
            if (isAtomic(insn) && flow.place(slot, state) instanceof Place.Stack stack) {
                spoiled.set(Flow.slotOf(stack.offset()));
            }
        });
        shared.stream().forEach(b -> spoiled.set(b / 8));
        candidates.andNot(spoiled);
        return candidates;
    }

    /** Whether an address of the stack goes where it is lost sight of. */
    private boolean escapes(Set<Integer> lookups) {
        boolean[] escapes = new boolean[1];
        forEach((slot, insn, state) -> escapes[0] |= escapes(slot, insn, state, lookups));
        return escapes[0];
    }

    private boolean escapes(int slot, Instruction insn, Flow.State state, Set<Integer> lookups) {
        if (insn.opcode() == Opcode.CALL) {
            for (int register = 1; register <= 5; register++) {
                boolean noted = !insn.isLocalCall() && knowledge.notesStackUse(slot, register);
                if (state.register(register).stack() && !noted && !lookups.contains(slot)) {
                    return true;
                }
            }
            return false;
        }
        if (!isLoadOrStore(insn)) {
            return false;
        }
        boolean load = Opcode.classOf(insn.opcode()) == Opcode.CLASS_LDX;
        Place place = flow.place(slot, state);
        boolean lost = state.register(load ? insn.src() : insn.dst()).stack() && !(place instanceof Place.Stack);
        if (lost && !knowledge.verified()) {
            return true;
        }
        boolean storesAddress = Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX
                && state.register(insn.src()).stack();
        boolean kept = place instanceof Place.Stack stack && flow.isPrivate(stack.offset()) && !isAtomic(insn);
        return storesAddress && !kept;
    }

    /** Private slots become one variable, or one for each part if the parts never overlap. */
    private void divide(Set<Access> accesses) {
        BitSet slots = flow.privateSlots();
        for (int number = slots.nextSetBit(0); number >= 0; number = slots.nextSetBit(number + 1)) {
            int start = 8 * number - AddressLayout.FRAME_BYTES;
            TreeMap<Integer, Integer> parts = new TreeMap<>();
            boolean overlap = false;
            for (Access access : accesses) {
                if (Flow.slotOf(access.offset) == number) {
                    Integer other = parts.put(access.offset, access.bytes);
                    overlap |= other != null && other != access.bytes;
                }
            }
            int end = start;
            for (var part : parts.entrySet()) {
                overlap |= part.getKey() < end;
                end = part.getKey() + part.getValue();
            }
            if (overlap) {
                cells.put(start, 8);
            } else {
                cells.putAll(parts);
            }
        }
    }

    private int memoryBytes(Set<Access> accesses, BitSet shared) {
        int lowest = shared.isEmpty() ? 0 : shared.nextSetBit(0) - AddressLayout.FRAME_BYTES;
        for (Access access : accesses) {
            boolean memory = !flow.isPrivate(access.offset) || !flow.isPrivate(access.offset + access.bytes - 1);
            if (memory) {
                lowest = Math.min(lowest, access.offset);
            }
        }
        return -lowest;
    }
}
