package org.bpfsim.bpf.interpreter;

import java.util.Arrays;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.isa.Arithmetic;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * The plain reading of the instruction set (RFC 9669), with every memory access checked and a budget of instructions. Each frame
 * has registers of its own, so that r6 to r9 need no saving.
 *
 * <p>Hot path: no allocation. The one method that reads instructions is long because a switch in one method is what HotSpot
 * compiles well; it must stay below 8000 bytes of bytecode or HotSpot does not compile it at all.
 */
final class Interpreter {
    private static final long U32 = 0xffff_ffffL;

    private final Machine machine;
    private final AddressSpace space;
    private final byte[] stack;
    private final long[][] registers = new long[AddressLayout.FRAMES][16];
    private final int[] returnTo = new int[AddressLayout.FRAMES];
    /** The program that each frame executes: a tail call replaces that of its own frame. */
    private final DecodedProgram[] programs = new DecodedProgram[AddressLayout.FRAMES];
    /** How often {@code may_goto} still falls through, by frame. */
    private final int[] mayGotoLeft = new int[AddressLayout.FRAMES];

    /** A function of a frame may pass {@code may_goto} this often (Linux 6.12: BPF_MAX_LOOPS in include/linux/bpf.h). */
    static final int MAX_LOOPS = 8 * 1024 * 1024;

    private DecodedProgram program;
    private int frame;
    private long budget;
    /** Who wants to see a run's steps, or null, and after how many it is called first and next. */
    private Watch watch;

    private long watchAfter = Long.MAX_VALUE;
    private long watchNext = Long.MAX_VALUE;
    private long steps;
    private int tailCalls;
    /** What a helper wants the calling program replaced by. */
    private DecodedProgram successor;

    Interpreter(Machine machine, AddressSpace space, byte[] stack) {
        this.machine = machine;
        this.space = space;
        this.stack = stack;
    }

    /**
     * Runs a program from its first instruction.
     *
     * @param instructions that it may execute before it is stopped with a fault
     */
    long run(DecodedProgram decoded, long r1, long r2, long instructions) {
        long[] r = begin(decoded, instructions);
        r[1] = r1;
        r[2] = r2;
        return execute(0);
    }

    /** Runs one of a program's functions by itself. */
    long runCallback(DecodedProgram decoded, int slot, long r1, long r2, long r3, long instructions) {
        long[] r = begin(decoded, instructions);
        r[1] = r1;
        r[2] = r2;
        r[3] = r3;
        return execute(slot);
    }

    private long[] begin(DecodedProgram decoded, long instructions) {
        program = decoded;
        budget = instructions;
        steps = 0;
        frame = 0;
        tailCalls = 0;
        successor = null;
        watchNext = watchAfter;
        return enter(0);
    }

    /** Instructions that the last run executed. */
    long steps() {
        return steps;
    }

    /** The program that the current frame executes. */
    DecodedProgram current() {
        return program;
    }

    /** Replaces the calling program once its helper returns; false if it was replaced too often already. */
    boolean tailCall(DecodedProgram next) {
        if (tailCalls >= CompiledRun.MAX_TAIL_CALLS) {
            return false;
        }
        tailCalls++;
        successor = next;
        return true;
    }

    /** Runs a function of the program on top of the helper that was called. */
    long callback(int slot, long r1, long r2, long r3, long r4) {
        int caller = frame;
        if (caller + 1 >= AddressLayout.FRAMES) {
            throw tooDeep();
        }
        frame = caller + 1;
        long[] r = enter(frame);
        r[1] = r1;
        r[2] = r2;
        r[3] = r3;
        r[4] = r4;
        long result = execute(slot);
        frame = caller;
        return result;
    }

    private static AccessViolation tooDeep() {
        return new AccessViolation("calls nest deeper than " + AddressLayout.FRAMES + " frames");
    }

    /** Makes a frame ready: no stack byte or register of an earlier call shows through. */
    private long[] enter(int number) {
        long[] r = registers[number];
        programs[number] = program;
        mayGotoLeft[number] = MAX_LOOPS;
        Arrays.fill(r, 0);
        int base = number * AddressLayout.FRAME_BYTES;
        Arrays.fill(stack, base, base + AddressLayout.FRAME_BYTES, (byte) 0);
        r[10] = AddressLayout.address(AddressLayout.FIRST_FRAME + number, AddressLayout.FRAME_BYTES);
        return r;
    }

    /** Begins the program that follows a tail call: it has its predecessor's frame and context. */
    private long[] enterSuccessor(int bottom, long context) {
        if (bottom != 0) {
            throw new AccessViolation("a callback may not make a tail call");
        }
        program = successor;
        successor = null;
        long[] r = enter(frame);
        r[1] = context;
        return r;
    }

    private void atomic(long[] r, int dst, int src, int offset, int bytes, int operation) {
        long old = Atomics.execute(space, r[dst] + offset, bytes, operation, r[src], r[0]);
        if (operation == Opcode.CMPXCHG) {
            r[0] = old;
        } else if ((operation & Opcode.FETCH) != 0) {
            r[src] = old;
        }
    }

    void watch(Watch watcher, long after) {
        watch = watcher;
        watchAfter = after;
    }

    /** Before a step that somebody wants to see, or that is one too many. Answers before which it wants to be asked again. */
    private long pause(int slot, long count) {
        if (count > budget) {
            throw new AccessViolation("it has executed its budget of " + budget
                    + " instructions and has not ended: loops in loops repeat too often");
        }
        watchNext = Math.max(count, watch.before(slot, frame, registers, stack));
        return Math.min(budget, watchNext);
    }

    /** Executes from a slot in the current frame until that frame exits. */
    @SuppressWarnings("fallthrough")
    private long execute(int slot) {
        int bottom = frame;
        int[] code = program.packed;
        long[] immediates = program.immediates;
        long[] r = registers[frame];
        int pc = slot;
        int next = slot;
        // Kept in a local, and written back wherever others can see it.
        long count = steps;
        long limit = Math.min(budget, watchNext);
        try {
            while (true) {
                pc = next;
                int insn = code[pc];
                long imm = immediates[pc];
                int dst = insn >>> 8 & 15;
                int src = insn >>> 12 & 15;
                int offset = insn >> 16;
                next = pc + 1;
                if ((++count & CompiledRun.INSTRUCTIONS) > limit) {
                    limit = pause(pc, count & CompiledRun.INSTRUCTIONS);
                }
                switch (insn & 0xff) {
                    case Opcode.CLASS_ALU64 | Opcode.ADD:
                        r[dst] += imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.ADD:
                        r[dst] = ((int) r[dst] + (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.ADD | Opcode.X:
                        r[dst] += r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.ADD | Opcode.X:
                        r[dst] = ((int) r[dst] + (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.SUB:
                        r[dst] -= imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.SUB:
                        r[dst] = ((int) r[dst] - (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.SUB | Opcode.X:
                        r[dst] -= r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.SUB | Opcode.X:
                        r[dst] = ((int) r[dst] - (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MUL:
                        r[dst] *= imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.MUL:
                        r[dst] = ((int) r[dst] * (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MUL | Opcode.X:
                        r[dst] *= r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.MUL | Opcode.X:
                        r[dst] = ((int) r[dst] * (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.OR:
                        r[dst] |= imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.OR:
                        r[dst] = ((int) r[dst] | (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.OR | Opcode.X:
                        r[dst] |= r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.OR | Opcode.X:
                        r[dst] = ((int) r[dst] | (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.AND:
                        r[dst] &= imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.AND:
                        r[dst] = ((int) r[dst] & (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.AND | Opcode.X:
                        r[dst] &= r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.AND | Opcode.X:
                        r[dst] = ((int) r[dst] & (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.LSH:
                        r[dst] = r[dst] << imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.LSH:
                        r[dst] = ((int) r[dst] << (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.LSH | Opcode.X:
                        r[dst] = r[dst] << r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.LSH | Opcode.X:
                        r[dst] = ((int) r[dst] << (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.RSH:
                        r[dst] = r[dst] >>> imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.RSH:
                        r[dst] = ((int) r[dst] >>> (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.RSH | Opcode.X:
                        r[dst] = r[dst] >>> r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.RSH | Opcode.X:
                        r[dst] = ((int) r[dst] >>> (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.XOR:
                        r[dst] ^= imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.XOR:
                        r[dst] = ((int) r[dst] ^ (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.XOR | Opcode.X:
                        r[dst] ^= r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.XOR | Opcode.X:
                        r[dst] = ((int) r[dst] ^ (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.ARSH:
                        r[dst] = r[dst] >> imm;
                        break;
                    case Opcode.CLASS_ALU | Opcode.ARSH:
                        r[dst] = ((int) r[dst] >> (int) imm) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.ARSH | Opcode.X:
                        r[dst] = r[dst] >> r[src];
                        break;
                    case Opcode.CLASS_ALU | Opcode.ARSH | Opcode.X:
                        r[dst] = ((int) r[dst] >> (int) r[src]) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.DIV:
                        r[dst] = Arithmetic.divide64(r[dst], imm, offset);
                        break;
                    case Opcode.CLASS_ALU | Opcode.DIV:
                        r[dst] = Arithmetic.divide32((int) r[dst], (int) imm, offset) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.DIV | Opcode.X:
                        r[dst] = Arithmetic.divide64(r[dst], r[src], offset);
                        break;
                    case Opcode.CLASS_ALU | Opcode.DIV | Opcode.X:
                        r[dst] = Arithmetic.divide32((int) r[dst], (int) r[src], offset) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MOD:
                        r[dst] = Arithmetic.remainder64(r[dst], imm, offset);
                        break;
                    case Opcode.CLASS_ALU | Opcode.MOD:
                        r[dst] = Arithmetic.remainder32((int) r[dst], (int) imm, offset) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MOD | Opcode.X:
                        r[dst] = Arithmetic.remainder64(r[dst], r[src], offset);
                        break;
                    case Opcode.CLASS_ALU | Opcode.MOD | Opcode.X:
                        r[dst] = Arithmetic.remainder32((int) r[dst], (int) r[src], offset) & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.NEG:
                        r[dst] = -r[dst];
                        break;
                    case Opcode.CLASS_ALU | Opcode.NEG:
                        r[dst] = -(int) r[dst] & U32;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MOV:
                        r[dst] = imm;
                        break;
                    case Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X:
                        r[dst] = offset == 0 ? r[src] : Arithmetic.signExtend(r[src], offset);
                        break;
                    case Opcode.CLASS_ALU | Opcode.MOV:
                        r[dst] = imm & U32;
                        break;
                    case Opcode.CLASS_ALU | Opcode.MOV | Opcode.X:
                        r[dst] = (offset == 0 ? r[src] : Arithmetic.signExtend(r[src], offset)) & U32;
                        break;
                    case Opcode.CLASS_ALU | Opcode.END:
                        r[dst] = Arithmetic.truncate(r[dst], (int) imm);
                        break;
                    case Opcode.CLASS_ALU | Opcode.END | Opcode.X:
                    case Opcode.CLASS_ALU64 | Opcode.END:
                        r[dst] = Arithmetic.swap(r[dst], (int) imm);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_W:
                        r[dst] = space.load(r[src] + offset, 4);
                        break;
                    case Opcode.CLASS_ST | Opcode.MODE_MEM | Opcode.SIZE_W:
                        space.store(r[dst] + offset, 4, imm);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_W:
                        space.store(r[dst] + offset, 4, r[src]);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_H:
                        r[dst] = space.load(r[src] + offset, 2);
                        break;
                    case Opcode.CLASS_ST | Opcode.MODE_MEM | Opcode.SIZE_H:
                        space.store(r[dst] + offset, 2, imm);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_H:
                        space.store(r[dst] + offset, 2, r[src]);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_B:
                        r[dst] = space.load(r[src] + offset, 1);
                        break;
                    case Opcode.CLASS_ST | Opcode.MODE_MEM | Opcode.SIZE_B:
                        space.store(r[dst] + offset, 1, imm);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_B:
                        space.store(r[dst] + offset, 1, r[src]);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_DW:
                        r[dst] = space.load(r[src] + offset, 8);
                        break;
                    case Opcode.CLASS_ST | Opcode.MODE_MEM | Opcode.SIZE_DW:
                        space.store(r[dst] + offset, 8, imm);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_DW:
                        space.store(r[dst] + offset, 8, r[src]);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEMSX | Opcode.SIZE_W:
                        r[dst] = (int) space.load(r[src] + offset, 4);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEMSX | Opcode.SIZE_H:
                        r[dst] = (short) space.load(r[src] + offset, 2);
                        break;
                    case Opcode.CLASS_LDX | Opcode.MODE_MEMSX | Opcode.SIZE_B:
                        r[dst] = (byte) space.load(r[src] + offset, 1);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_ATOMIC | Opcode.SIZE_W:
                        atomic(r, dst, src, offset, 4, (int) imm);
                        break;
                    case Opcode.CLASS_STX | Opcode.MODE_ATOMIC | Opcode.SIZE_DW:
                        atomic(r, dst, src, offset, 8, (int) imm);
                        break;
                    case Opcode.LD_IMM64:
                        r[dst] = imm;
                        next = pc + 2;
                        break;
                    case Opcode.JUMP:
                        next += offset;
                        break;
                    case Opcode.JUMP_LONG:
                        next += (int) imm;
                        break;
                    case Opcode.CLASS_JMP | Opcode.JEQ:
                        if (r[dst] == imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JEQ:
                        if ((int) r[dst] == (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JEQ | Opcode.X:
                        if (r[dst] == r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JEQ | Opcode.X:
                        if ((int) r[dst] == (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JNE:
                        if (r[dst] != imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JNE:
                        if ((int) r[dst] != (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JNE | Opcode.X:
                        if (r[dst] != r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JNE | Opcode.X:
                        if ((int) r[dst] != (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSGT:
                        if (r[dst] > imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSGT:
                        if ((int) r[dst] > (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSGT | Opcode.X:
                        if (r[dst] > r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSGT | Opcode.X:
                        if ((int) r[dst] > (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSGE:
                        if (r[dst] >= imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSGE:
                        if ((int) r[dst] >= (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSGE | Opcode.X:
                        if (r[dst] >= r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSGE | Opcode.X:
                        if ((int) r[dst] >= (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSLT:
                        if (r[dst] < imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSLT:
                        if ((int) r[dst] < (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSLT | Opcode.X:
                        if (r[dst] < r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSLT | Opcode.X:
                        if ((int) r[dst] < (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSLE:
                        if (r[dst] <= imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSLE:
                        if ((int) r[dst] <= (int) imm) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSLE | Opcode.X:
                        if (r[dst] <= r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSLE | Opcode.X:
                        if ((int) r[dst] <= (int) r[src]) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JGT:
                        if (Long.compareUnsigned(r[dst], imm) > 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JGT:
                        if (Integer.compareUnsigned((int) r[dst], (int) imm) > 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JGT | Opcode.X:
                        if (Long.compareUnsigned(r[dst], r[src]) > 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JGT | Opcode.X:
                        if (Integer.compareUnsigned((int) r[dst], (int) r[src]) > 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JGE:
                        if (Long.compareUnsigned(r[dst], imm) >= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JGE:
                        if (Integer.compareUnsigned((int) r[dst], (int) imm) >= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JGE | Opcode.X:
                        if (Long.compareUnsigned(r[dst], r[src]) >= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JGE | Opcode.X:
                        if (Integer.compareUnsigned((int) r[dst], (int) r[src]) >= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JLT:
                        if (Long.compareUnsigned(r[dst], imm) < 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JLT:
                        if (Integer.compareUnsigned((int) r[dst], (int) imm) < 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JLT | Opcode.X:
                        if (Long.compareUnsigned(r[dst], r[src]) < 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JLT | Opcode.X:
                        if (Integer.compareUnsigned((int) r[dst], (int) r[src]) < 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JLE:
                        if (Long.compareUnsigned(r[dst], imm) <= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JLE:
                        if (Integer.compareUnsigned((int) r[dst], (int) imm) <= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JLE | Opcode.X:
                        if (Long.compareUnsigned(r[dst], r[src]) <= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JLE | Opcode.X:
                        if (Integer.compareUnsigned((int) r[dst], (int) r[src]) <= 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSET:
                        if ((r[dst] & imm) != 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSET:
                        if (((int) r[dst] & (int) imm) != 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP | Opcode.JSET | Opcode.X:
                        if ((r[dst] & r[src]) != 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_JMP32 | Opcode.JSET | Opcode.X:
                        if (((int) r[dst] & (int) r[src]) != 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CALL:
                        if (src == Opcode.PSEUDO_CALL) {
                            if (frame + 1 >= AddressLayout.FRAMES) {
                                throw tooDeep();
                            }
                            returnTo[frame++] = next;
                            long[] callee = enter(frame);
                            System.arraycopy(r, 1, callee, 1, 5);
                            r = callee;
                            next += (int) imm;
                        } else {
                            HelperFunction function = program.functions[(int) imm];
                            count += CompiledRun.HELPER_CALL;
                            steps = count;
                            r[0] = function.call(machine, r[1], r[2], r[3], r[4], r[5]);
                            count = steps;
                            if (successor != null) {
                                r = enterSuccessor(bottom, r[1]);
                                code = program.packed;
                                immediates = program.immediates;
                                next = 0;
                            }
                        }
                        break;
                    case Opcode.MAY_GOTO:
                        if (--mayGotoLeft[frame] < 0) {
                            next += offset;
                        }
                        break;
                    case Opcode.CLASS_LD | Opcode.MODE_ABS | Opcode.SIZE_W:
                    case Opcode.CLASS_LD | Opcode.MODE_ABS | Opcode.SIZE_H:
                    case Opcode.CLASS_LD | Opcode.MODE_ABS | Opcode.SIZE_B:
                    case Opcode.CLASS_LD | Opcode.MODE_IND | Opcode.SIZE_W:
                    case Opcode.CLASS_LD | Opcode.MODE_IND | Opcode.SIZE_H:
                    case Opcode.CLASS_LD | Opcode.MODE_IND | Opcode.SIZE_B:
                        r[0] = machine.loadFromPacket(insn & 0xff, r[src], imm);
                        if (r[0] >= 0) {
                            break;
                        }
                        // Beyond the packet's end the function returns 0 (RFC 9669, section 5.6; Linux's
                        // bpf_gen_ld_abs()).
                        r[0] = 0;
                    // Falls through.
                    case Opcode.EXIT:
                        if (frame == bottom) {
                            steps = count;
                            return r[0];
                        }
                        long result = r[0];
                        next = returnTo[--frame];
                        r = registers[frame];
                        r[0] = result;
                        if (programs[frame] != program) {
                            program = programs[frame];
                            code = program.packed;
                            immediates = program.immediates;
                        }
                        break;
                    default:
                        throw new AccessViolation(String.format("opcode 0x%02x does not exist", insn & 0xff));
                }
            }
        } catch (AccessViolation violation) {
            steps = Math.max(steps, count);
            throw program.fault(pc, violation);
        } catch (ArrayIndexOutOfBoundsException e) {
            if (pc >= 0 && pc < code.length) {
                throw e;
            }
            throw program.fault(pc, new AccessViolation("execution left the program"));
        }
    }
}
