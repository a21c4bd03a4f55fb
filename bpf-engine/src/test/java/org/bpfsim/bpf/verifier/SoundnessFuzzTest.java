package org.bpfsim.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.isa.Comparisons;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.junit.jupiter.api.Test;

/**
 * Random programs with a trap: a load through a number, which the verifier refuses wherever a path may lead there. If it
 * accepts a program, no run may reach the trap. That tests ranges, spills, links between registers, pruning and precision
 * together. Seeded: a failure prints the program and what repeats it.
 */
class SoundnessFuzzTest {
    private static final long SEED = 61_200;
    /** More with -Dbpfsim.fuzz.programs=N. */
    private static final int PROGRAMS = Integer.getInteger("bpfsim.fuzz.programs", 4_000);

    private static final int RUNS = 24;
    private static final int MAX_STEPS = 3_000;
    private static final int PRANDOM = 7;
    private static final int[] ALU = {
        Opcode.ADD,
        Opcode.SUB,
        Opcode.MUL,
        Opcode.AND,
        Opcode.OR,
        Opcode.XOR,
        Opcode.LSH,
        Opcode.RSH,
        Opcode.ARSH,
        Opcode.MOV,
        Opcode.MOV,
        Opcode.ADD
    };
    private static final int[] JUMPS = Comparisons.all();
    private static final int[] NUMBERS = {0, 1, 2, 3, 7, 8, 16, 63, 255, -1, -2, -8, 0x7fffffff, Integer.MIN_VALUE};
    private static final Instruction TRAP = insn(Opcode.CLASS_LDX | Opcode.SIZE_B | Opcode.MODE_MEM, 0, 9, 0, 0);

    private static Instruction insn(int opcode, int dst, int src, int offset, long immediate) {
        return new Instruction(opcode, dst, src, (short) offset, immediate);
    }

    @Test
    void noRunOfAnAcceptedProgramReachesTheTrap() {
        int accepted = 0;
        int trapped = 0;
        for (int i = 0; i < PROGRAMS; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            List<Instruction> program = program(random);
            if (!accepts(program)) {
                continue;
            }
            accepted++;
            if (program.contains(TRAP)) {
                trapped++;
            }
            for (int run = 0; run < RUNS; run++) {
                assertThat(reachesTrap(program, random))
                        .as(
                                "seed %d, run %d: accepted, and yet it runs into the trap:%n%s",
                                seed, run, listing(program))
                        .isFalse();
            }
        }
        // A test over nothing always passes.
        assertThat(accepted).isGreaterThan(PROGRAMS / 20);
        assertThat(trapped).isGreaterThan(PROGRAMS / 100);
    }

    private static String listing(List<Instruction> program) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            text.append(i).append(": ").append(program.get(i)).append('\n');
        }
        return text.toString();
    }

    private static boolean accepts(List<Instruction> program) {
        try {
            Verifier.verify(
                    new VerifierInput(
                            "fuzz",
                            "socket_filter",
                            "",
                            program,
                            List.of(new VerifierInput.Subprogram("fuzz", 0, true, 0)),
                            Map.of(),
                            true,
                            Set.of(),
                            Btf.empty(),
                            VerifierKernel.Family.NONE,
                            Btf.empty(),
                            s -> Optional.empty()),
                    0);
            return true;
        } catch (VerifierRefusal refusal) {
            return false;
        }
    }

    /** Registers 6 to 9 hold numbers throughout, and so do four stack slots. */
    private static List<Instruction> program(Random random) {
        List<Instruction> code = new ArrayList<>();
        for (int r = 6; r <= 9; r++) {
            if (random.nextInt(3) == 0) {
                code.add(insn(Opcode.CLASS_ALU64 | Opcode.MOV, r, 0, 0, number(random)));
            } else {
                code.add(insn(Opcode.CALL, 0, 0, 0, PRANDOM));
                code.add(insn(Opcode.CLASS_ALU64 | Opcode.MOV | Opcode.X, r, 0, 0, 0));
            }
            code.add(insn(Opcode.CLASS_STX | Opcode.SIZE_DW | Opcode.MODE_MEM, 10, r, -8 * (r - 5), 0));
        }
        int body = 6 + random.nextInt(24);
        int start = code.size();
        int end = start + body;
        for (int at = start; at < end; at++) {
            code.add(step(random, at, start, end));
        }
        code.add(insn(Opcode.CLASS_ALU64 | Opcode.MOV, 0, 0, 0, 0));
        code.add(insn(Opcode.EXIT, 0, 0, 0, 0));
        // One test in front of the trap that random values seldom pass.
        int at = start + random.nextInt(body - 1);
        code.set(at, TRAP);
        return code;
    }

    private static Instruction step(Random random, int at, int start, int end) {
        int dst = 6 + random.nextInt(4);
        int src = 6 + random.nextInt(4);
        boolean register = random.nextInt(3) == 0;
        boolean wide = random.nextInt(3) > 0;
        int slot = -8 * (1 + random.nextInt(4));
        switch (random.nextInt(8)) {
            case 0, 1, 2:
                int operation = ALU[random.nextInt(ALU.length)];
                boolean shift = operation == Opcode.LSH || operation == Opcode.RSH || operation == Opcode.ARSH;
                long immediate = shift ? random.nextInt(wide ? 64 : 32) : number(random);
                int cls = wide ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU;
                return register && !shift
                        ? insn(cls | operation | Opcode.X, dst, src, 0, 0)
                        : insn(cls | operation, dst, 0, 0, immediate);
            case 3, 4, 5:
                int code = JUMPS[random.nextInt(JUMPS.length)];
                int target = random.nextInt(12) == 0 && at > start
                        ? start + random.nextInt(at - start)
                        : at + 1 + random.nextInt(Math.min(5, end - at));
                int offset = target - at - 1;
                int jump = wide ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32;
                return register
                        ? insn(jump | code | Opcode.X, dst, src, offset, 0)
                        : insn(jump | code, dst, 0, offset, number(random));
            case 6:
                int size = Opcode.sizeBits(1 << random.nextInt(4));
                return insn(Opcode.CLASS_STX | size | Opcode.MODE_MEM, 10, src, slot, 0);
            default:
                int bytes = 1 << random.nextInt(4);
                boolean extend = bytes < 8 && random.nextInt(3) == 0;
                return insn(
                        Opcode.CLASS_LDX | Opcode.sizeBits(bytes) | (extend ? Opcode.MODE_MEMSX : Opcode.MODE_MEM),
                        dst,
                        10,
                        slot,
                        0);
        }
    }

    private static long number(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private static boolean reachesTrap(List<Instruction> program, Random random) {
        long[] r = new long[11];
        byte[] stack = new byte[64];
        int at = 0;
        for (int step = 0; step < MAX_STEPS; step++) {
            Instruction insn = program.get(at);
            if (insn == TRAP) {
                return true;
            }
            at++;
            switch (Opcode.classOf(insn.opcode())) {
                case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> alu(insn, r);
                case Opcode.CLASS_STX -> {
                    for (int i = 0; i < Opcode.bytesOf(insn.opcode()); i++) {
                        stack[64 + insn.offset() + i] = (byte) (r[insn.src()] >>> 8 * i);
                    }
                }
                case Opcode.CLASS_LDX -> {
                    int bytes = Opcode.bytesOf(insn.opcode());
                    long value = 0;
                    for (int i = 0; i < bytes; i++) {
                        value |= (stack[64 + insn.offset() + i] & 0xffL) << 8 * i;
                    }
                    int unused = 64 - 8 * bytes;
                    boolean extend = Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEMSX;
                    r[insn.dst()] = extend ? value << unused >> unused : value;
                }
                default -> {
                    if (insn.opcode() == Opcode.EXIT) {
                        return false;
                    } else if (insn.opcode() == Opcode.CALL) {
                        r[0] = random.nextInt(3) == 0
                                ? NUMBERS[random.nextInt(NUMBERS.length)]
                                : random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(300);
                    } else if (taken(insn, r)) {
                        at += insn.offset();
                    }
                }
            }
        }
        return false;
    }

    private static long operand(Instruction insn, long[] r) {
        return Opcode.registerSource(insn.opcode()) ? r[insn.src()] : insn.immediate();
    }

    private static void alu(Instruction insn, long[] r) {
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        long mask = wide ? -1 : 0xffff_ffffL;
        long a = r[insn.dst()] & mask;
        long b = operand(insn, r) & mask;
        long result = switch (Opcode.codeOf(insn.opcode())) {
            case Opcode.ADD -> a + b;
            case Opcode.SUB -> a - b;
            case Opcode.MUL -> a * b;
            case Opcode.AND -> a & b;
            case Opcode.OR -> a | b;
            case Opcode.XOR -> a ^ b;
            case Opcode.LSH -> a << b;
            case Opcode.RSH -> a >>> b;
            case Opcode.ARSH -> wide ? a >> b : (int) a >> (int) b;
            default -> b;
        };
        r[insn.dst()] = result & mask;
    }

    private static boolean taken(Instruction insn, long[] r) {
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        long a = narrow ? r[insn.dst()] & 0xffff_ffffL : r[insn.dst()];
        long b = narrow ? operand(insn, r) & 0xffff_ffffL : operand(insn, r);
        long sa = narrow ? (int) a : a;
        long sb = narrow ? (int) b : b;
        return switch (Opcode.codeOf(insn.opcode())) {
            case Opcode.JEQ -> a == b;
            case Opcode.JNE -> a != b;
            case Opcode.JGT -> Long.compareUnsigned(a, b) > 0;
            case Opcode.JGE -> Long.compareUnsigned(a, b) >= 0;
            case Opcode.JLT -> Long.compareUnsigned(a, b) < 0;
            case Opcode.JLE -> Long.compareUnsigned(a, b) <= 0;
            case Opcode.JSGT -> sa > sb;
            case Opcode.JSGE -> sa >= sb;
            case Opcode.JSLT -> sa < sb;
            case Opcode.JSLE -> sa <= sb;
            default -> (a & b) != 0;
        };
    }
}
