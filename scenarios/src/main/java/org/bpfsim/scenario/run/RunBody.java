package org.bpfsim.scenario.run;

import java.util.Optional;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.RunResult;

/** What a run does. Called by several threads at once, each for another run. */
public interface RunBody {
    /** The result, or empty if the run was told to stop before its end. */
    Optional<RunResult> simulate(PlannedRun run, RunControl control);
}
