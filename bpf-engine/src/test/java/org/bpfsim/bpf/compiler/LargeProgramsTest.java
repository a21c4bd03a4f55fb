package org.bpfsim.bpf.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.BareProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that do not fit into one Java method that HotSpot would compile: they are split. */
class LargeProgramsTest {
    private static final long SEED = 20260104;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static void agree(String code, HelperFunction... helpers) {
        byte[] memory = new byte[64];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (byte) (i * 37);
        }
        String compiled = TestProgram.of(code, Execution.COMPILER, helpers).outcome(memory);
        assertThat(compiled)
                .isEqualTo(TestProgram.of(code, Execution.INTERPRETER, helpers).outcome(memory));
    }

    /** Instructions that mix registers 0 and 2 to 5, the stack and the memory behind r6. */
    private String mixture(int instructions) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instructions; i++) {
            int a = 2 + random.nextInt(4);
            int b = 2 + random.nextInt(4);
            switch (random.nextInt(8)) {
                case 0 -> text.append("r" + a + " += r" + b);
                case 1 -> text.append("r" + a + " ^= " + random.nextInt());
                case 2 -> text.append("w" + a + " *= w" + b);
                case 3 -> text.append("*(u64 *)(r10 -" + 8 * (1 + random.nextInt(40)) + ") = r" + a);
                case 4 -> text.append("r" + a + " = *(u64 *)(r10 -" + 8 * (1 + random.nextInt(40)) + ")");
                case 5 -> text.append("*(u32 *)(r6 +" + 4 * random.nextInt(16) + ") = r" + a);
                case 6 -> text.append("r" + a + " = *(u16 *)(r6 +" + 2 * random.nextInt(32) + ")");
                default -> text.append("r0 += r" + a);
            }
            text.append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 5_000, 40_000})
    void straightCode(int instructions) {
        agree("r6 = r1\n" + mixture(instructions) + "exit\n");
    }

    @Test
    void loopsAcrossTheParts() {
        StringBuilder code = new StringBuilder("r6 = r1\nr7 = 20\nturn:\n");
        for (int i = 0; i < 60; i++) {
            code.append(mixture(50));
            code.append("if r" + (2 + random.nextInt(4)) + " s> 0 goto l" + i + "\n");
            code.append(mixture(20));
            code.append("l" + i + ":\n");
        }
        code.append("r7 -= 1\nif r7 != 0 goto turn\nexit\n");
        agree(code.toString());
    }

    @Test
    void callsAndReturnsFromWithinParts() {
        String function = "f:\nr0 = r1\n" + "r0 *= 3\n".repeat(3_000) + "exit\n";
        agree("r6 = r1\n" + mixture(2_000) + "r1 = r2\ncall f\n" + mixture(2_000) + "r1 = r3\ncall f\nexit\n"
                + function);
    }

    @Test
    void mayGotoCountsAcrossTheParts() {
        agree("r6 = r1\nturn:\n" + mixture(1_500) + "may_goto end\nr8 += 1\nif r8 < 50 goto turn\nend:\nexit\n");
    }

    @Test
    void faultsTellTheirInstruction() {
        agree("r6 = r1\n" + mixture(3_000) + "r0 = *(u64 *)(r6 +60)\nexit\n");
    }

    @Test
    void helpersThatThrowAreCountedUpToTheirCall() {
        HelperFunction faults = (call, r1, r2, r3, r4, r5) -> {
            throw call.fault("it does not like that");
        };
        agree("r6 = r1\n" + mixture(3_000) + "call 0\n" + mixture(100) + "exit\n", faults);
    }

    @Test
    void whatIsLargerThanAJavaClassIsInterpreted() throws BpfLoadException {
        // A Java class has room for some 32,000 numbers of 64 bits.
        int numbers = 33_000;
        List<Instruction> code = new ArrayList<>();
        Instruction move = new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 0, 0, (short) 0, 0);
        code.add(move);
        long sum = 0;
        for (int i = 0; i < numbers; i++) {
            long number = (long) i << 32 | 12345;
            sum += number;
            code.add(new Instruction(Opcode.LD_IMM64, 1, 0, (short) 0, number));
            code.add(new Instruction(Opcode.CLASS_ALU64 | Opcode.ADD | Opcode.X, 0, 1, (short) 0, 0));
        }
        code.add(new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0));
        Instruction[] slots = Code.bySlot(code);
        DecodedProgram decoded = new DecodedProgram("large", slots, new HelperFunction[0], null, slot -> null);
        CompilerInput input = new CompilerInput(
                decoded, slots, new HelperFunction[0], List.of(), new CompilerInput.Context.Memory(), Optional.empty());

        assertThat(Compiler.compile(input)).isEmpty();
        BareProgram program = BareProgram.of(Code.encode(code), Map.of(), new TestKernel(), Execution.COMPILER);
        assertThat(program.run(new byte[8])).isEqualTo(sum);
    }
}
