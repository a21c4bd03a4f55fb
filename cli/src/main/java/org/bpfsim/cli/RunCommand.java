package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.result.ResultException;
import org.bpfsim.scenario.result.RunRecord;
import org.bpfsim.scenario.run.Outcome;
import org.bpfsim.scenario.run.Progress;
import org.bpfsim.scenario.run.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim run}: simulates scenarios, scores them, and writes their reports. */
@Command(
        name = "run",
        description = "Simulate scenarios, score them and write their reports.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Finished runs are kept: after Ctrl-C or a crash the same command goes on where it stood.",
            "Exit status: 0, 1 if a run failed, 2 if an input is wrong, 3 if --check found what is not as expected, 130 after Ctrl-C."
        })
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scenario files, or folders of them.")
    private List<Path> arguments;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Result folder (default: results/NAME-ID in the current folder); with several scenarios, the"
                    + " folder that gets one such folder for each.")
    private Path out;

    @Option(names = "--no-report", description = "Only simulate; `bpfsim report DIR` scores later.")
    private boolean noReport;

    @Option(
            names = "--check",
            description = "Exit with status 3 unless all that the scenarios expect (key `expect`) held.")
    private boolean check;

    @Option(names = "--no-png", description = "Leave out the charts as PNG (SVG and the page are written).")
    private boolean noPng;

    @Mixin
    private ThreadsOption threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, ResultException {
        if (check && noReport) {
            throw CommandException.usage("--check needs the report that --no-report leaves out.");
        }
        Map<Path, Experiment> experiments = ScenarioFiles.load(
                ScenarioFiles.expand(arguments), spec.commandLine().getErr());
        int status = ExitStatus.OK;
        for (Experiment experiment : experiments.values()) {
            int one = run(experiment, folder(experiment, experiments.size()));
            if (one == ExitStatus.INTERRUPTED) {
                return one;
            }
            status = Math.max(status, one);
        }
        return status;
    }

    private Path folder(Experiment experiment, int scenarios) {
        if (out == null) {
            return Path.of("results", experiment.folderName());
        }
        if (out.toString().isEmpty()) {
            throw CommandException.usage("--out \"\": a folder is needed.");
        }
        return scenarios == 1 ? out : out.resolve(experiment.folderName());
    }

    private int run(Experiment experiment, Path folder) throws ResultException {
        PrintWriter err = spec.commandLine().getErr();
        Runner runner = new Runner(experiment, folder, threads.value());
        Outcome outcome;
        try (Interrupts interrupts = new Interrupts(runner::requestStop)) {
            try (ProgressBar bar = new ProgressBar(
                    experiment.scenario().name(), System.err, Terminal.isErrTerminal(), Terminal.columns())) {
                outcome = runner.run(progress -> bar.update(progress.fraction(), detail(progress)));
            }
            if (outcome.stopped()) {
                int finished = outcome.keptRuns() + outcome.doneRuns();
                err.println(
                        finished == 0
                                ? "Stopped before a run was finished. The same command begins again."
                                : "Stopped after " + finished + " of " + outcome.totalRuns()
                                        + " runs, which are kept in " + folder
                                        + ".\nThe same command goes on from there;"
                                        + " `bpfsim report " + folder + "` scores what is done.");
                err.flush();
                return interrupts.interrupted() ? ExitStatus.INTERRUPTED : ExitStatus.FAILED;
            }
        }
        if (outcome.keptRuns() > 0) {
            err.println(outcome.keptRuns() + " of " + outcome.totalRuns() + " runs were there from an earlier start and"
                    + " are kept; remove " + folder + " to simulate them again.");
            err.flush();
        }
        for (RunRecord failed : outcome.failed()) {
            err.println("run " + failed.id() + " (" + failed.variant() + ", replication " + failed.replication()
                    + ") failed: " + failed.message());
        }
        if (outcome.failed().size() == outcome.totalRuns()) {
            throw CommandException.failed("every run failed; there is nothing to report. See " + folder + "/runs.");
        }
        if (!noReport) {
            int status = ReportPrinter.report(folder, !noPng, check, spec.commandLine());
            return outcome.failed().isEmpty() ? status : ExitStatus.FAILED;
        }
        spec.commandLine().getOut().println("Results: " + folder);
        return outcome.failed().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private static String detail(Progress progress) {
        return progress.doneRuns() + "/" + progress.totalRuns() + " runs";
    }
}
