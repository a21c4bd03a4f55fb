package org.bpfsim.bpf.fuzz;

import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.Follower;

/**
 * Made-up programs: whatever registers and stack hold while one runs is what the verifier said of some path to that
 * instruction.
 */
final class RangeFuzz {
    private static final int RUNS = 4;
    private static final int MAX_VERIFIED = 3000;
    private static final int MAX_STEPS = 20_000;

    private RangeFuzz() {}

    /** @throws Finding if there is one */
    static Verdict tryOut(long seed) {
        return tryOut(ProgramFuzz.program(seed), seed);
    }

    static Verdict tryOut(FuzzProgram program, long seed) {
        Trial trial;
        try {
            trial = new Trial(program);
        } catch (BpfLoadException | IllegalArgumentException refused) {
            return Verdict.REFUSED;
        }
        Follower follower = Follower.of(trial.verifierInput(), MAX_VERIFIED, MAX_STEPS);
        if (follower == null) {
            return Verdict.TOO_LONG;
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < RUNS; run++) {
            follower.restart();
            try {
                trial.run(Trial.Input.random(random), Execution.INTERPRETER, follower, 0);
            } catch (Follower.Enough enough) {
                // So far, so good.
            } catch (Follower.Unforeseen unforeseen) {
                throw new Finding("run " + run + ": " + unforeseen.getMessage(), unforeseen);
            } catch (BpfFault fault) {
                throw new Finding("an accepted program faults: " + fault.reason(), fault);
            }
        }
        return Verdict.ACCEPTED;
    }
}
