package org.bpfsim.report;

import java.nio.file.Path;

/** Writes a synthetic result folder and reports on it, to look at: {@code ReportDemo DIR [rollouts]}. */
public final class ReportDemo {
    private ReportDemo() {}

    public static void main(String[] args) {
        SyntheticResults results = SyntheticResults.quickstart();
        Path folder = (args.length > 1 ? results.withRollouts() : results).writeTo(Path.of(args[0]));
        ReportOutcome outcome = Reporter.report(folder, Reporter.Options.DEFAULT);
        System.out.println(outcome.effectsTable(110, false));
        outcome.notes().forEach(System.out::println);
    }
}
