package org.bpfsim.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.bpfsim.report.ReportOutcome;
import org.bpfsim.report.Reporter;
import picocli.CommandLine;

/** Writes the report of a result folder and prints its table. */
final class ReportPrinter {
    private ReportPrinter() {}

    static void report(Path folder, boolean png, CommandLine commandLine) {
        PrintWriter out = commandLine.getOut();
        ReportOutcome outcome = Reporter.report(folder, new Reporter.Options(png));
        out.println(outcome.effectsTable(Terminal.columns(), false));
        outcome.notes().forEach(commandLine.getErr()::println);
        out.println("Report: " + outcome.page());
        out.println("Tables: " + folder.resolve("tables"));
        out.flush();
    }
}
