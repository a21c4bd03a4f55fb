package org.bpfsim.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.report.ReportOutcome;
import org.bpfsim.report.Reporter;
import org.bpfsim.report.stats.Judgement;
import org.bpfsim.report.stats.Scorecard;
import picocli.CommandLine;

/** Writes the report of a result folder and prints its table. */
final class ReportPrinter {
    private ReportPrinter() {}

    /** Returns the exit status: with {@code check}, whether all expectations held. */
    static int report(Path folder, boolean png, boolean check, CommandLine commandLine) {
        PrintWriter out = commandLine.getOut();
        ReportOutcome outcome = Reporter.report(folder, new Reporter.Options(png));
        out.println(outcome.effectsTable(Terminal.columns(), false));
        outcome.notes().forEach(commandLine.getErr()::println);
        notes(outcome.scores()).forEach(commandLine.getErr()::println);
        out.println("Report: " + outcome.page());
        out.println("Tables: " + folder.resolve("tables"));
        out.flush();
        return check ? check(outcome, commandLine) : ExitStatus.OK;
    }

    /** Why the table has gaps, or is not there. */
    private static List<String> notes(Scorecard scores) {
        List<String> notes = new ArrayList<>();
        int missing = scores.missing().size();
        if (missing > 0) {
            notes.add(missing + " of " + (missing + scores.scoredRuns().size())
                    + " planned runs are missing or failed; comparisons use the replications that are complete.");
        }
        if (scores.treatments().isEmpty()) {
            notes.add("There is no arm beside " + scores.control() + ", so nothing is compared.");
        } else if (scores.flowsMeasured() == 0 && scores.requestsAnswered() == 0) {
            notes.add("Nothing is compared, because no flow began and no request was answered in the measured interval:"
                    + " lengthen `measure`, or ask more often.");
        }
        return notes;
    }

    private static int check(ReportOutcome outcome, CommandLine commandLine) {
        List<Judgement> judgements = outcome.scores().judgements();
        long held = judgements.stream()
                .filter(judgement -> judgement.outcome() == Judgement.Outcome.AS_EXPECTED)
                .count();
        String name = outcome.scores().manifest().name();
        if (judgements.isEmpty()) {
            commandLine.getErr().println(name + ": the scenario expects nothing; there is nothing to check.");
            return ExitStatus.OK;
        }
        commandLine.getOut().println(name + ": " + held + " of " + judgements.size() + " expectations held");
        commandLine.getOut().flush();
        return held == judgements.size() ? ExitStatus.OK : ExitStatus.NOT_AS_EXPECTED;
    }
}
