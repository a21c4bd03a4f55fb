package org.bpfsim.cli;

import java.util.List;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.plan.PlannedRun;
import picocli.CommandLine.Option;

/** Which run of a scenario is simulated again. */
final class RunOption {
    @Option(
            names = "--run",
            paramLabel = "ID",
            defaultValue = "r0000",
            description = "Which run, as its folder is called (default: ${DEFAULT-VALUE}).")
    private String id;

    /**
     * The run.
     *
     * @throws CommandException with the usage status if there is none of that name
     */
    PlannedRun of(Experiment experiment) {
        List<PlannedRun> runs = experiment.plan().runs();
        return runs.stream()
                .filter(planned -> planned.id().equals(id))
                .findFirst()
                .orElseThrow(() -> CommandException.usage("--run " + id + ": there is no such run. The first is "
                        + runs.get(0).id() + ", the last "
                        + runs.get(runs.size() - 1).id() + "."));
    }
}
