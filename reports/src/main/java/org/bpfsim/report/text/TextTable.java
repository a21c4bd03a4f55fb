package org.bpfsim.report.text;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns for a terminal. The last column is wrapped at words when the table is wider than the terminal. */
public final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_LAST_COLUMN = 12;

    private final List<Align> alignments;
    private final List<List<String>> rows = new ArrayList<>();

    /** Which side of a column its text stands on. */
    public enum Align {
        LEFT,
        RIGHT
    }

    /** A table with a column per alignment. */
    public TextTable(Align... alignments) {
        this.alignments = List.of(alignments);
    }

    /** Adds a row; it has a cell for each column. */
    public TextTable row(String... cells) {
        if (cells.length != alignments.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + alignments.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** One list of lines per row, no line longer than {@code width} columns unless the first columns alone are. */
    public List<List<String>> render(int width) {
        int[] widths = widths();
        int last = widths.length - 1;
        int before = 0;
        for (int c = 0; c < last; c++) {
            before += widths[c] + GAP.length();
        }
        int room = Math.max(MIN_LAST_COLUMN, width - before);
        List<List<String>> rendered = new ArrayList<>();
        for (List<String> row : rows) {
            List<String> lines = new ArrayList<>();
            String lead = lead(row, widths);
            for (String part : wrap(row.get(last), room)) {
                lines.add((lead + part).stripTrailing());
                lead = " ".repeat(before);
            }
            rendered.add(lines);
        }
        return rendered;
    }

    private String lead(List<String> row, int[] widths) {
        StringBuilder lead = new StringBuilder();
        for (int c = 0; c < widths.length - 1; c++) {
            String padding = " ".repeat(widths[c] - length(row.get(c)));
            lead.append(alignments.get(c) == Align.LEFT ? row.get(c) + padding : padding + row.get(c));
            lead.append(GAP);
        }
        return lead.toString();
    }

    private int[] widths() {
        int[] widths = new int[alignments.size()];
        for (List<String> row : rows) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], length(row.get(c)));
            }
        }
        return widths;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && length(line.toString()) + 1 + length(word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
