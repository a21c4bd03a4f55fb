package org.bpfsim.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.bpfsim.scenario.result.ResultException;
import org.bpfsim.scenario.run.Reproducer;
import org.bpfsim.scenario.run.Reproduction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim reproduce}: repeats stored results and compares them byte by byte. */
@Command(
        name = "reproduce",
        description = "Run again from the manifest, elsewhere, and compare every byte of every run.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit status: 0 if all bytes are the same, 1 if not, 2 if the folder cannot be repeated."})
final class ReproduceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "A result folder.")
    private Path folder;

    @Mixin
    private ThreadsOption threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ResultException {
        PrintWriter out = spec.commandLine().getOut();
        Reproducer reproducer = new Reproducer(folder, threads.value());
        Reproduction reproduction;
        try (Interrupts interrupts = new Interrupts(reproducer::requestStop);
                ProgressBar bar =
                        new ProgressBar("reproduce", System.err, Terminal.isErrTerminal(), Terminal.columns())) {
            reproduction = reproducer.reproduce(progress ->
                    bar.update(progress.fraction(), progress.doneRuns() + "/" + progress.totalRuns() + " runs"));
            if (interrupts.interrupted()) {
                return ExitStatus.INTERRUPTED;
            }
        }
        if (reproduction.runs() == 0) {
            throw CommandException.usage(folder + ": holds no finished run to compare with.");
        }
        if (!reproduction.identical()) {
            out.println("Differs: " + reproduction.difference().orElseThrow());
            if (org.bpfsim.scenario.plan.Version.current().endsWith("-SNAPSHOT")) {
                out.println("This is a development version: the code may have changed since the results were made.");
            }
            return ExitStatus.FAILED;
        }
        out.println("Identical: " + reproduction.runs() + (reproduction.runs() == 1 ? " run" : " runs")
                + ", every byte of every table.");
        return ExitStatus.OK;
    }
}
