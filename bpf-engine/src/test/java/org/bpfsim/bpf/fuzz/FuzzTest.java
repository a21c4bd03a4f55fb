package org.bpfsim.bpf.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongFunction;
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

    @Test
    void madeUpProgramsThatAreAcceptedNeverFaultAndRunAlikeInterpretedAndCompiled() {
        Map<Verdict, Integer> verdicts = run(ProgramFuzz::tryOut, 250);
        // A test over nothing always passes.
        assertThat(verdicts.get(Verdict.ACCEPTED)).isBetween(75, 175);
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
