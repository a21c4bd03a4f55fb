package org.bpfsim.bpf.inspect;

import java.util.Locale;

/** JSON laid out as {@code bpftool} lays it out: elements of arrays on one line, names each on their own. */
public final class PrettyJson {
    private final StringBuilder out = new StringBuilder();
    private final boolean strict;
    private int depth;
    private boolean separate;

    /** As bpftool's plain output: hexadecimal numbers without quotes, which no JSON reader takes. */
    public PrettyJson() {
        this(false);
    }

    /** @param strict whether a JSON reader must be able to read it */
    PrettyJson(boolean strict) {
        this.strict = strict;
    }

    private PrettyJson element() {
        if (separate) {
            out.append(',');
        }
        separate = true;
        return this;
    }

    private void newLine() {
        out.append('\n').append("    ".repeat(depth));
    }

    private PrettyJson begin(char bracket) {
        element();
        out.append(bracket);
        depth++;
        separate = false;
        return this;
    }

    private PrettyJson end(char bracket) {
        depth--;
        if (separate) {
            newLine();
        }
        out.append(bracket);
        separate = true;
        return this;
    }

    public PrettyJson beginObject() {
        return begin('{');
    }

    public PrettyJson endObject() {
        return end('}');
    }

    public PrettyJson beginArray() {
        return begin('[');
    }

    public PrettyJson endArray() {
        return end(']');
    }

    public PrettyJson name(String name) {
        element();
        newLine();
        separate = false;
        out.append('"').append(escaped(name)).append("\": ");
        return this;
    }

    /** A number or word as it is. */
    public PrettyJson raw(String text) {
        element();
        out.append(text);
        return this;
    }

    /** A number in hexadecimal, or another word that JSON does not know. */
    PrettyJson word(String text) {
        return strict ? string(text) : raw(text);
    }

    public PrettyJson string(String text) {
        return raw('"' + escaped(text) + '"');
    }

    private static String escaped(String text) {
        StringBuilder result = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                result.append('\\').append(c);
            } else if (c < ' ') {
                result.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
