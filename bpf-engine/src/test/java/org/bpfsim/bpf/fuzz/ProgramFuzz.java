package org.bpfsim.bpf.fuzz;

import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.QuickVerification;

/**
 * Made-up programs: what the loader accepts never faults, and interpreter and compiler agree on R0, the number of
 * instructions, maps, packet and context and on what was asked of the machine, in that order.
 */
final class ProgramFuzz {
    private static final int RUNS = 3;
    private static final int MUTANTS_PERCENT = 35;
    /** Of the programs that take the verifier more instructions, only one of {@link #LONG_ONES} goes on: they are slow. */
    private static final int QUICK_INSTRUCTIONS = 10_000;

    private static final int LONG_ONES = 16;

    private ProgramFuzz() {}

    /** The program of a seed: as it was generated, or changed a little. */
    static FuzzProgram program(long seed) {
        FuzzProgram program = ProgramGenerator.generate(seed);
        SplittableRandom random = new SplittableRandom(~seed);
        return random.nextInt(100) < MUTANTS_PERCENT
                ? program.withCode(new Mutator(random).mutate(program.code()), false)
                : program;
    }

    /** @throws Finding if there is one */
    static Verdict tryOut(long seed) {
        return tryOut(program(seed), seed);
    }

    static Verdict tryOut(FuzzProgram program, long seed) {
        Trial trial;
        try {
            if (seed % LONG_ONES != 0
                    && program.loops()
                    && !QuickVerification.ends(program.input(), QUICK_INSTRUCTIONS)) {
                return Verdict.TOO_LONG;
            }
            trial = new Trial(program);
        } catch (BpfLoadException refused) {
            return Verdict.REFUSED;
        } catch (IllegalArgumentException noObject) {
            // Calls into the middle of an instruction cannot be in an object.
            if (noObject.getMessage().startsWith("a call leads")) {
                return Verdict.REFUSED;
            }
            throw new Finding("the loader throws " + noObject, noObject);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("the loader throws " + e, e);
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < RUNS; run++) {
            Trial.Input input = Trial.Input.random(random);
            Object first = outcome(trial, input, Execution.INTERPRETER);
            if (first == Verdict.ENDLESS) {
                return Verdict.ENDLESS;
            }
            Object second = outcome(trial, input, Execution.COMPILER);
            if (!first.equals(second)) {
                throw new Finding("interpreter and compiler differ in run " + run + difference(first, second));
            }
        }
        return Verdict.ACCEPTED;
    }

    private static Object outcome(Trial trial, Trial.Input input, Execution execution) {
        try {
            return trial.run(input, execution, Patience.WATCH, Patience.INSTRUCTIONS);
        } catch (Patience.Lost lost) {
            return Verdict.ENDLESS;
        } catch (BpfFault fault) {
            throw new Finding(execution + ": an accepted program faults: " + fault.reason(), fault);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            throw new Finding(execution + " throws " + e, e);
        }
    }

    private static String difference(Object first, Object second) {
        if (!(first instanceof Trial.Outcome a) || !(second instanceof Trial.Outcome b)) {
            return ": " + first + ", " + second;
        }
        StringBuilder text = new StringBuilder();
        String[] x = a.text().split("\n", -1);
        String[] y = b.text().split("\n", -1);
        for (int i = 0; i < Math.max(x.length, y.length); i++) {
            String left = i < x.length ? x[i] : "";
            String right = i < y.length ? y[i] : "";
            if (!left.equals(right)) {
                text.append("\n  interpreter ")
                        .append(left)
                        .append("\n  compiler    ")
                        .append(right);
            }
        }
        return text.toString();
    }
}
