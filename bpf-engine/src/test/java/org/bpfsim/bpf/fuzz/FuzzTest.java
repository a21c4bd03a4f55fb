package org.bpfsim.bpf.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.Follower;
import org.junit.jupiter.api.Test;

/** A few seconds of each fuzzer, with the same seeds every time. {@link Fuzz} goes on for as long as one likes. */
class FuzzTest {
    private static final long SEED = 20_261_121;

    /** Answers how many of each verdict there were. */
    private static Map<Verdict, Integer> run(LongFunction<Verdict> kind, int count) {
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            verdicts.put(verdict, 0);
        }
        for (long seed = SEED; seed < SEED + count; seed++) {
            try {
                verdicts.merge(kind.apply(seed), 1, Integer::sum);
            } catch (Finding finding) {
                throw new AssertionError("seed " + seed + ": " + finding.getMessage(), finding);
            }
        }
        return verdicts;
    }

    private static FuzzProgram constantInR6(int value) {
        return new FuzzProgram(
                "xdp",
                List.of(
                        new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 6, 0, (short) 0, value),
                        new Instruction(Opcode.CLASS_ALU64 | Opcode.MOV, 0, 0, (short) 0, 0),
                        new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0)),
                true);
    }

    @Test
    void madeUpProgramsThatAreAcceptedNeverFaultAndRunAlikeInterpretedAndCompiled() {
        Map<Verdict, Integer> verdicts = run(ProgramFuzz::tryOut, 250);
        // A test over nothing always passes.
        assertThat(verdicts.get(Verdict.ACCEPTED)).isBetween(75, 175);
    }

    @Test
    void whileAProgramRunsRegistersAndStackHoldWhatTheVerifierSaidOfAPathThere() {
        Map<Verdict, Integer> verdicts = run(RangeFuzz::tryOut, 150);
        assertThat(verdicts.get(Verdict.ACCEPTED)).isGreaterThan(40);
    }

    @Test
    void aRunThatTheVerifierDidNotForeseeIsNoticed() throws Exception {
        Trial verified = new Trial(constantInR6(5));
        Trial other = new Trial(constantInR6(6));
        Follower follower = Follower.of(verified.verifierInput(), 100, 100);
        Trial.Input input = Trial.Input.random(new SplittableRandom(SEED));
        verified.run(input, Execution.INTERPRETER, follower, 0);
        assertThat(follower.checked()).isPositive();
        follower.restart();
        assertThatThrownBy(() -> other.run(input, Execution.INTERPRETER, follower, 0))
                .isInstanceOf(Follower.Unforeseen.class)
                .hasMessageContaining("R6 of frame 0 is 0x6, not 5");
    }

    @Test
    void changedProgramsOfACompilerThatAreAcceptedNeverFaultAndRunAlikeInterpretedAndCompiled() {
        Map<Verdict, Integer> verdicts = run(new RealProgramFuzz()::tryOut, 150);
        assertThat(verdicts.get(Verdict.ACCEPTED)).isGreaterThan(30);
    }

    @Test
    void anyBytesGiveAnObjectOrALoadException() {
        Map<Verdict, Integer> verdicts = run(new ObjectFuzz()::tryOut, 400);
        assertThat(verdicts.get(Verdict.ACCEPTED)).isGreaterThan(20);
        assertThat(verdicts.get(Verdict.REFUSED)).isGreaterThan(100);
    }

    @Test
    void anyTypesOfAKernelAreReadOrRefused() {
        Map<Verdict, Integer> verdicts = run(new TypeFuzz()::tryOut, 2000);
        assertThat(verdicts.get(Verdict.ACCEPTED)).isGreaterThan(300);
        assertThat(verdicts.get(Verdict.REFUSED)).isGreaterThan(300);
    }
}
