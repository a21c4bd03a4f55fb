package org.bpfsim.scenario.run;

import java.nio.file.Path;
import java.util.List;
import org.bpfsim.scenario.result.RunRecord;

/**
 * What a batch came to.
 *
 * @param folder the results
 * @param totalRuns of the plan
 * @param keptRuns done by an earlier start and kept
 * @param doneRuns done by this start, failed ones included
 * @param failed runs that were given up, each with its message; of this start and earlier ones
 * @param stopped true if it was asked to stop before all was done
 */
public record Outcome(Path folder, int totalRuns, int keptRuns, int doneRuns, List<RunRecord> failed, boolean stopped) {
    public Outcome {
        failed = List.copyOf(failed);
    }

    /** True if every run of the plan is done and went through. */
    public boolean complete() {
        return failed.isEmpty() && keptRuns + doneRuns == totalRuns;
    }
}
