package org.bpfsim.report;

import java.nio.file.Path;
import java.util.List;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.text.EffectsTable;

/**
 * What a report came to.
 *
 * @param scores all numbers
 * @param page the written report.html
 * @param notes what could not be written and why, for the terminal; empty if all went well
 */
public record ReportOutcome(Scorecard scores, Path page, List<String> notes) {
    /** Makes the list immutable. */
    public ReportOutcome {
        notes = List.copyOf(notes);
    }

    /**
     * The effects table for a terminal.
     *
     * @param width columns of the terminal
     * @param colour true for ANSI colours; ask for them only if a terminal reads it
     */
    public String effectsTable(int width, boolean colour) {
        return new EffectsTable(width, colour).render(scores);
    }
}
