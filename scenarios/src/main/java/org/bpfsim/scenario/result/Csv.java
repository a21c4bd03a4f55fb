package org.bpfsim.scenario.result;

/** Lines of a CSV file whose values need no quoting: numbers, and names without commas. */
final class Csv {
    private final StringBuilder text = new StringBuilder();
    private boolean startOfLine = true;

    Csv(String header) {
        text.append(header).append('\n');
    }

    Csv add(long value) {
        separate();
        text.append(value);
        return this;
    }

    Csv add(String value) {
        separate();
        text.append(value);
        return this;
    }

    /** A value that may be absent. */
    Csv addOrEmpty(long value, boolean present) {
        separate();
        if (present) {
            text.append(value);
        }
        return this;
    }

    /** A number with one decimal, given as its tenths. */
    Csv addTenths(long tenths) {
        separate();
        text.append(tenths / 10).append('.').append(tenths % 10);
        return this;
    }

    void endLine() {
        text.append('\n');
        startOfLine = true;
    }

    private void separate() {
        if (!startOfLine) {
            text.append(',');
        }
        startOfLine = false;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
