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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (Path folder : folders) {
            ReportPrinter.report(folder, !noPng, spec.commandLine());
        }
        return ExitStatus.OK;
    }
}
