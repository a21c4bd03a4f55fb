package org.bpfsim.bpf.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;

/** The functions of a program and their basic blocks: what can be reached, in order of slots. */
final class ControlGraph {
    /** Longer blocks are cut, so that a function can be divided anywhere. */
    private static final int MAX_BLOCK = 64;

    /**
     * Instructions that are executed one after the other.
     *
     * @param index within its function
     * @param slots of the instructions
     * @param next the slot that follows the last instruction's
     */
    record Block(int index, int[] slots, int next) {
        int start() {
            return slots[0];
        }

        int last() {
            return slots[slots.length - 1];
        }
    }

    /** One function: its blocks in order of slots. */
    static final class Function {
        final int start;
        final List<Block> blocks = new ArrayList<>();
        private final TreeMap<Integer, Block> byStart = new TreeMap<>();

        Function(int start) {
            this.start = start;
        }

        Block at(int slot) {
            return byStart.get(slot);
        }

        Block entry() {
            return at(start);
        }

        int instructions() {
            return blocks.stream().mapToInt(b -> b.slots.length).sum();
        }
    }

    private final Instruction[] code;
    private final IntPredicate walked;
    private final IntPredicate endsBlock;
    private final TreeMap<Integer, Function> functions = new TreeMap<>();

    /**
     * @param walked slots that can be executed, as far as is known
     * @param endsBlock slots of instructions after which execution may go on elsewhere although they are no jumps
     */
    ControlGraph(Instruction[] code, IntPredicate walked, IntPredicate endsBlock) {
        this.code = code;
        this.walked = walked;
        this.endsBlock = endsBlock;
        Deque<Integer> waiting = new ArrayDeque<>(List.of(0));
        while (!waiting.isEmpty()) {
            int start = waiting.poll();
            if (!functions.containsKey(start)) {
                Function function = new Function(start);
                functions.put(start, function);
                blocks(function, reach(start, waiting));
            }
        }
    }

    /** By start slot. */
    Collection<Function> functions() {
        return functions.values();
    }

    Function function(int start) {
        return functions.get(start);
    }

    /** The slots where execution may go on after an instruction; empty after an exit. */
    int[] successors(int slot) {
        Instruction insn = code[slot];
        int next = slot + insn.slots();
        int opcode = insn.opcode();
        if (opcode == Opcode.EXIT || isNone(insn)) {
            return new int[0];
        } else if (opcode == Opcode.JUMP) {
            return new int[] {next + insn.offset()};
        } else if (opcode == Opcode.JUMP_LONG) {
            return new int[] {next + (int) insn.immediate()};
        } else if (Opcode.isConditional(opcode)) {
            int target = next + insn.offset();
            // Of a branch that always goes one way, the verifier never walked the other.
            if (!walked.test(target)) {
                return new int[] {next};
            }
            return !walked.test(next) || next == target ? new int[] {target} : new int[] {next, target};
        }
        return new int[] {next};
    }

    /** The loader puts opcode 0 where it found nothing that can be executed. */
    static boolean isNone(Instruction insn) {
        return insn.opcode() == 0;
    }

    private TreeSet<Integer> reach(int start, Deque<Integer> functionStarts) {
        TreeSet<Integer> reached = new TreeSet<>();
        Deque<Integer> waiting = new ArrayDeque<>(List.of(start));
        while (!waiting.isEmpty()) {
            int slot = waiting.poll();
            if (slot >= code.length || !reached.add(slot)) {
                continue;
            }
            Instruction insn = code[slot];
            if (insn.isLocalCall()) {
                functionStarts.add(slot + 1 + (int) insn.immediate());
            } else if (insn.isFunctionAddress()) {
                functionStarts.add(AddressLayout.functionSlot(insn.immediate()));
            }
            for (int next : successors(slot)) {
                waiting.add(next);
            }
        }
        return reached;
    }

    private void blocks(Function function, TreeSet<Integer> slots) {
        BitSet leaders = new BitSet();
        leaders.set(function.start);
        for (int slot : slots) {
            int[] next = successors(slot);
            boolean falls = next.length == 1 && next[0] == slot + code[slot].slots() && !endsBlock.test(slot);
            if (!falls) {
                for (int target : next) {
                    leaders.set(target);
                }
            }
        }
        List<Integer> open = new ArrayList<>();
        for (int slot : slots) {
            boolean follows = !open.isEmpty() && follows(open.get(open.size() - 1), slot);
            if (!open.isEmpty() && (!follows || leaders.get(slot) || open.size() >= MAX_BLOCK)) {
                close(function, open);
            }
            open.add(slot);
        }
        close(function, open);
    }

    private boolean follows(int slot, int next) {
        int[] successors = successors(slot);
        return successors.length == 1 && successors[0] == next && next == slot + code[slot].slots();
    }

    private void close(Function function, List<Integer> open) {
        int last = open.get(open.size() - 1);
        int[] slots = open.stream().mapToInt(Integer::intValue).toArray();
        Block block = new Block(function.blocks.size(), slots, last + code[last].slots());
        function.blocks.add(block);
        function.byStart.put(block.start(), block);
        open.clear();
    }
}
