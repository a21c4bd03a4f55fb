package org.bpfsim.report.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Aligned columns for a terminal. Where the last column has too little room beside the others to be read, it goes on a
 * line of its own below them, indented; in a very narrow terminal the column before it does, too.
 */
public final class TextTable {
    private static final String GAP = "  ";
    private static final String INDENT = "  ";

    /** A column of words is not wrapped to less than this. */
    private static final int LEAST_ROOM = 20;

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
        int room = width - before(last, widths);
        boolean beside = room >= Math.min(widths[last], LEAST_ROOM);
        int folded = last > 1 && before(last, widths) - GAP.length() > width ? last - 1 : last;
        return rows.stream()
                .map(row -> beside ? beside(row, widths, room) : below(row, widths, folded, width))
                .toList();
    }

    /** Columns that are taken before a cell. */
    private static int before(int column, int[] widths) {
        int before = 0;
        for (int c = 0; c < column; c++) {
            before += widths[c] + GAP.length();
        }
        return before;
    }

    private List<String> beside(List<String> row, int[] widths, int room) {
        List<String> lines = new ArrayList<>();
        String lead = lead(row, widths, widths.length - 1);
        String indent = " ".repeat(length(lead));
        for (String part : wrap(row.get(widths.length - 1), room)) {
            lines.add((lead + part).stripTrailing());
            lead = indent;
        }
        return lines;
    }

    /** The cells from {@code folded} on stand below those before it. */
    private List<String> below(List<String> row, int[] widths, int folded, int width) {
        List<String> lines = new ArrayList<>();
        lines.add(lead(row, widths, folded).stripTrailing());
        String rest = String.join(GAP, row.subList(folded, row.size()));
        for (String part : wrap(rest, Math.max(LEAST_ROOM, width - INDENT.length()))) {
            lines.add(INDENT + part);
        }
        return lines;
    }

    private String lead(List<String> row, int[] widths, int columns) {
        StringBuilder lead = new StringBuilder();
        for (int c = 0; c < columns; c++) {
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
