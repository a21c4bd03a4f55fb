package org.bpfsim.bpf.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.isa.Comparisons;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.program.Execution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every opcode, on corners and at random, by compiled code and by the interpreter. */
class CompiledInstructionsTest {
    private static final long SEED = 20260102;
    private static final long[] CORNERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        15,
        16,
        31,
        32,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0xffffffff80000000L,
        0xffffffff7fffffffL
    };
    private static final Instruction EXIT = new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0);

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static Instruction load(int register, int offset) {
        return new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_DW, register, 1, (short) offset, 0);
    }

    /** The operands lie in memory: a in r6, b in r7; R0 is the first afterwards. */
    private void agree(Instruction insn, boolean jump) {
        Instruction set = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 6, 0, (short) 0, 77);
        Instruction move = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X, 0, 6, (short) 0, 0);
        Instruction[] code = jump
                ? new Instruction[] {load(6, 0), load(7, 8), insn.withOffset(1), set, move, EXIT}
                : new Instruction[] {load(6, 0), load(7, 8), insn, move, EXIT};
        TestProgram compiled = new TestProgram(code, Execution.COMPILER);
        TestProgram interpreted = new TestProgram(code, Execution.INTERPRETER);
        for (long a : CORNERS) {
            for (long b : Opcode.registerSource(insn.opcode()) ? CORNERS : new long[] {0}) {
                agree(compiled, interpreted, insn, a, b);
            }
        }
        for (int i = 0; i < 20; i++) {
            agree(compiled, interpreted, insn, random.nextLong() >> random.nextInt(64), random.nextLong());
        }
    }

    private static void agree(TestProgram compiled, TestProgram interpreted, Instruction insn, long a, long b) {
        byte[] memory = new byte[16];
        LittleEndian.put(memory, 0, 8, a);
        LittleEndian.put(memory, 8, 8, b);
        assertThat(compiled.outcome(memory))
                .as("seed %d: %s with r6 = %x, r7 = %x", SEED, insn, a, b)
                .isEqualTo(interpreted.outcome(memory));
    }

    private static List<Long> immediates() {
        List<Long> all = new ArrayList<>();
        for (long corner : CORNERS) {
            if (!all.contains((long) (int) corner)) {
                all.add((long) (int) corner);
            }
        }
        return all;
    }

    @Test
    void arithmetic() {
        for (int cls : new int[] {Opcode.CLASS_ALU, Opcode.CLASS_ALU64}) {
            for (int operation = Opcode.ADD; operation <= Opcode.ARSH; operation += 0x10) {
                boolean divides = operation == Opcode.DIV || operation == Opcode.MOD;
                for (int offset = 0; offset <= (divides ? 1 : 0); offset++) {
                    if (operation != Opcode.NEG) {
                        agree(new Instruction(cls | operation | Opcode.X, 6, 7, (short) offset, 0), false);
                    }
                    for (long immediate : operation == Opcode.NEG ? List.of(0L) : immediates()) {
                        if (!divides || immediate != 0) {
                            agree(new Instruction(cls | operation, 6, 0, (short) offset, immediate), false);
                        }
                    }
                }
            }
        }
    }

    @Test
    void signExtendingMoves() {
        for (int bits : new int[] {8, 16, 32}) {
            agree(new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X, 6, 7, (short) bits, 0), false);
            if (bits < 32) {
                agree(new Instruction(Opcode.CLASS_ALU | Opcode.MOV | Opcode.X, 6, 7, (short) bits, 0), false);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void swaps(int bits) {
        agree(new Instruction(Opcode.CLASS_ALU | Opcode.END, 6, 0, (short) 0, bits), false);
        agree(new Instruction(Opcode.CLASS_ALU | Opcode.END | Opcode.X, 6, 0, (short) 0, bits), false);
        agree(new Instruction(Opcode.CLASS_ALU64 | Opcode.END, 6, 0, (short) 0, bits), false);
    }

    @Test
    void conditionalJumps() {
        for (int cls : new int[] {Opcode.CLASS_JMP, Opcode.CLASS_JMP32}) {
            for (int code : Comparisons.all()) {
                agree(new Instruction(cls | code | Opcode.X, 6, 7, (short) 0, 0), true);
                for (long immediate : immediates()) {
                    agree(new Instruction(cls | code, 6, 0, (short) 0, immediate), true);
                }
            }
        }
    }

    @Test
    void loadsAndStores() {
        for (int bytes : new int[] {1, 2, 4, 8}) {
            int size = Opcode.sizeBits(bytes);
            // Into the memory, onto the stack, and out of both; the last places do not exist.
            for (int offset : new int[] {0, 1, 8, 16 - bytes, 16, -1, 15}) {
                agree(new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEM | size, 6, 1, (short) offset, 0), false);
                if (bytes < 8) {
                    agree(new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEMSX | size, 6, 1, (short) offset, 0), false);
                }
                agree(new Instruction(Opcode.CLASS_STX | Opcode.MODE_MEM | size, 1, 7, (short) offset, 0), false);
                agree(new Instruction(Opcode.CLASS_ST | Opcode.MODE_MEM | size, 1, 0, (short) offset, -77), false);
                stack(size, (short) -(offset + bytes));
            }
        }
    }

    private void stack(int size, short offset) {
        Instruction store = new Instruction(Opcode.CLASS_STX | Opcode.MODE_MEM | size, 10, 7, offset, 0);
        Instruction back = new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEM | size, 0, 10, offset, 0);
        Instruction wide =
                new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEM | Opcode.SIZE_DW, 2, 10, (short) (offset & ~7), 0);
        Instruction sum = new Instruction(Opcode.CLASS_ALU64 | Opcode.XOR | Opcode.X, 0, 2, (short) 0, 0);
        Instruction[] code = {load(6, 0), load(7, 8), store, back, wide, sum, EXIT};
        TestProgram compiled = new TestProgram(code, Execution.COMPILER);
        TestProgram interpreted = new TestProgram(code, Execution.INTERPRETER);
        for (long a : CORNERS) {
            agree(compiled, interpreted, store, 0, a);
        }
    }

    @Test
    void atomics() {
        for (int size : new int[] {Opcode.SIZE_W, Opcode.SIZE_DW}) {
            for (int operation : new int[] {
                Opcode.ADD,
                Opcode.OR,
                Opcode.AND,
                Opcode.XOR,
                Opcode.ADD | Opcode.FETCH,
                Opcode.OR | Opcode.FETCH,
                Opcode.AND | Opcode.FETCH,
                Opcode.XOR | Opcode.FETCH,
                Opcode.XCHG,
                Opcode.CMPXCHG
            }) {
                Instruction atomic =
                        new Instruction(Opcode.CLASS_STX | Opcode.MODE_ATOMIC | size, 1, 6, (short) 8, operation);
                agree(atomic, false);
                Instruction r0 = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X, 0, 7, (short) 0, 0);
                Instruction sum = new Instruction(Opcode.CLASS_ALU64 | Opcode.XOR | Opcode.X, 0, 6, (short) 0, 0);
                Instruction[] code = {load(6, 0), load(7, 8), r0, atomic, sum, EXIT};
                TestProgram compiled = new TestProgram(code, Execution.COMPILER);
                TestProgram interpreted = new TestProgram(code, Execution.INTERPRETER);
                for (long a : CORNERS) {
                    agree(compiled, interpreted, atomic, a, a ^ 1);
                    agree(compiled, interpreted, atomic, a, a);
                }
            }
        }
    }
}
