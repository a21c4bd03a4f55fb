package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bpfsim.scenario.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim check}: says all that is wrong with scenarios without running them. */
@Command(
        name = "check",
        description = "Say all that is wrong with scenario files, with line, column and remedy, without running them."
                + " Programs are loaded, too.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scenario files, or folders of them.")
    private List<Path> arguments;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Map<Path, Experiment> experiments = ScenarioFiles.load(
                ScenarioFiles.expand(arguments), spec.commandLine().getErr());
        experiments.forEach((file, experiment) -> {
            int runs = experiment.plan().runs().size();
            out.println(file + ": right, " + runs + (runs == 1 ? " run" : " runs") + ", arms "
                    + String.join(", ", experiment.scenario().armNames()));
        });
        return ExitStatus.OK;
    }
}
