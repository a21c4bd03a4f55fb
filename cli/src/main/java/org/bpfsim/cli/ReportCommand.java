package org.bpfsim.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim report}: scores stored results again. */
@Command(
        name = "report",
        description = "Make tables, charts and the page again from stored results.",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Result folders.")
    private List<Path> folders;

    @Option(names = "--no-png", description = "Leave out the charts as PNG (SVG and the page are written).")
    private boolean noPng;

    @Option(names = "--check", description = "Exit with status 3 unless all that the scenario expects held.")
    private boolean check;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        int status = ExitStatus.OK;
        for (Path folder : folders) {
            status = Math.max(status, ReportPrinter.report(folder, !noPng, check, spec.commandLine()));
        }
        return status;
    }
}
