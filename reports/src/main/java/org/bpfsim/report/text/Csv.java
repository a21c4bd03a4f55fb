package org.bpfsim.report.text;

import java.util.ArrayList;
import java.util.List;

/** A CSV text (RFC 4180, but lines end in {@code \n} as all of bpfsim's tables do). */
final class Csv {
    private final StringBuilder text = new StringBuilder();
    private final int columns;

    Csv(String... header) {
        columns = header.length;
        append(List.of(header));
    }

    /** Adds a row of text, whole numbers and doubles. */
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Double ? Numbers.csv((Double) cell) : String.valueOf(cell));
        }
        append(row);
    }

    private void append(List<String> row) {
        if (row.size() != columns) {
            throw new IllegalArgumentException(row.size() + " cells for " + columns + " columns");
        }
        for (int i = 0; i < columns; i++) {
            text.append(i > 0 ? "," : "").append(quoted(row.get(i)));
        }
        text.append('\n');
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
