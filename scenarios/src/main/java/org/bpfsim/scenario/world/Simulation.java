package org.bpfsim.scenario.world;

import java.util.Optional;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.RunResult;

/** Runs a world to its end and gathers its tables. */
public final class Simulation {
    private Simulation() {}

    /** The result of a run, or empty if it was told to stop before its end. */
    public static Optional<RunResult> run(
            Scenario scenario, Programs programs, PlannedRun run, Supervision supervision) {
        throw new UnsupportedOperationException("in preparation");
    }
}
