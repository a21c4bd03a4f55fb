package org.bpfsim.bpf.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.isa.Arithmetic;
import org.bpfsim.bpf.isa.Comparisons;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.api.Test;

/**
 * The interpreter, the shared definition of arithmetic, and RFC 9669 spelled in numbers without a width must agree. Repeat with
 * {@code -Dbpfsim.fuzz.seed=N}.
 */
class ArithmeticDifferentialTest {
    private static final long SEED = Long.getLong("bpfsim.fuzz.seed", 20260101L);
    private static final int[] OPERATIONS = {
        Opcode.ADD,
        Opcode.SUB,
        Opcode.MUL,
        Opcode.DIV,
        Opcode.OR,
        Opcode.AND,
        Opcode.LSH,
        Opcode.RSH,
        Opcode.MOD,
        Opcode.XOR,
        Opcode.MOV,
        Opcode.ARSH
    };
    private static final int[] COMPARISONS = Comparisons.all();
    private static final long[] CORNERS = {
        0, 1, -1, 2, 31, 32, 63, 64, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Machine machine = new Machine(new TestKernel(), null, List.of());

    private long operand() {
        return random.nextInt(3) == 0
                ? CORNERS[random.nextInt(CORNERS.length)]
                : random.nextLong() >> random.nextInt(64);
    }

    @Test
    void operationsAgree() {
        for (int round = 0; round < 100_000; round++) {
            boolean wide = random.nextBoolean();
            int operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
            boolean divides = operation == Opcode.DIV || operation == Opcode.MOD;
            int offset = divides && random.nextBoolean() ? 1 : 0;
            boolean register = random.nextBoolean();
            long a = operand();
            long b = register ? operand() : (int) operand();
            Instruction insn = new Instruction(
                    (wide ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU) | operation | (register ? Opcode.X : 0),
                    0,
                    register ? 1 : 0,
                    (short) offset,
                    register ? 0 : b);
            long expected = numbers(operation, wide ? 64 : 32, offset == 1, a, b);

            assertThat(run(insn, a, b))
                    .as("seed %d, round %d: %s on %x, %x", SEED, round, insn, a, b)
                    .isEqualTo(expected);
            assertThat(Arithmetic.alu(insn, a, b))
                    .as("%s on %x, %x", insn, a, b)
                    .isEqualTo(expected);
        }
    }

    @Test
    void comparisonsAgree() {
        for (int round = 0; round < 50_000; round++) {
            boolean wide = random.nextBoolean();
            int comparison = COMPARISONS[random.nextInt(COMPARISONS.length)];
            boolean register = random.nextBoolean();
            long a = operand();
            long b = random.nextInt(4) == 0 && register ? a : register ? operand() : (int) operand();
            Instruction insn = new Instruction(
                    (wide ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32) | comparison | (register ? Opcode.X : 0),
                    0,
                    register ? 1 : 0,
                    (short) 1,
                    register ? 0 : b);
            boolean expected = taken(comparison, wide ? 64 : 32, a, b);

            assertThat(jump(insn, a, b))
                    .as("seed %d, round %d: %s on %x, %x", SEED, round, insn, a, b)
                    .isEqualTo(expected);
            assertThat(Arithmetic.taken(insn, a, b))
                    .as("%s on %x, %x", insn, a, b)
                    .isEqualTo(expected);
        }
    }

    private static BigInteger modulus(int bits) {
        return BigInteger.ONE.shiftLeft(bits);
    }

    private static BigInteger unsigned(long value, int bits) {
        return BigInteger.valueOf(value).mod(modulus(bits));
    }

    private static BigInteger signed(long value, int bits) {
        BigInteger number = unsigned(value, bits);
        return number.testBit(bits - 1) ? number.subtract(modulus(bits)) : number;
    }

    private static long numbers(int operation, int bits, boolean signed, long a, long b) {
        BigInteger x = signed ? signed(a, bits) : unsigned(a, bits);
        BigInteger y = signed ? signed(b, bits) : unsigned(b, bits);
        int shift = y.mod(BigInteger.valueOf(bits)).intValue();
        BigInteger result = switch (operation) {
            case Opcode.ADD -> x.add(y);
            case Opcode.SUB -> x.subtract(y);
            case Opcode.MUL -> x.multiply(y);
            case Opcode.DIV -> y.signum() == 0 ? BigInteger.ZERO : x.divide(y);
            case Opcode.MOD -> y.signum() == 0 ? x : x.remainder(y);
            case Opcode.OR -> x.or(y);
            case Opcode.AND -> x.and(y);
            case Opcode.XOR -> x.xor(y);
            case Opcode.LSH -> x.shiftLeft(shift);
            case Opcode.RSH -> x.shiftRight(shift);
            case Opcode.ARSH -> signed(a, bits).shiftRight(shift);
            default -> y;
        };
        return result.mod(modulus(bits)).longValue();
    }

    private static boolean taken(int comparison, int bits, long a, long b) {
        int unsigned = unsigned(a, bits).compareTo(unsigned(b, bits));
        int signed = signed(a, bits).compareTo(signed(b, bits));
        return switch (comparison) {
            case Opcode.JEQ -> unsigned == 0;
            case Opcode.JNE -> unsigned != 0;
            case Opcode.JSET -> unsigned(a, bits).and(unsigned(b, bits)).signum() != 0;
            case Opcode.JGT -> unsigned > 0;
            case Opcode.JGE -> unsigned >= 0;
            case Opcode.JLT -> unsigned < 0;
            case Opcode.JLE -> unsigned <= 0;
            case Opcode.JSGT -> signed > 0;
            case Opcode.JSGE -> signed >= 0;
            case Opcode.JSLT -> signed < 0;
            default -> signed <= 0;
        };
    }

    private long run(Instruction insn, long a, long b) {
        return execute(new Instruction[] {
            load(0, a), null, load(1, b), null, insn, new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0)
        });
    }

    private boolean jump(Instruction insn, long a, long b) {
        Instruction exit = new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0);
        Instruction no = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 0, 0, (short) 0, 0);
        Instruction yes = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 0, 0, (short) 0, 1);
        return execute(new Instruction[] {load(0, a), null, load(1, b), null, insn.withOffset(2), no, exit, yes, exit})
                == 1;
    }

    private static Instruction load(int register, long value) {
        return new Instruction(Opcode.LD_IMM64, register, 0, (short) 0, value);
    }

    private long execute(Instruction[] code) {
        DecodedProgram program = new DecodedProgram("case", code, new HelperFunction[0], null, slot -> null);
        return machine.runOnMemory(program, new byte[0], 100);
    }
}
