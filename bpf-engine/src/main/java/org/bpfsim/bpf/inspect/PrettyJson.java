package org.bpfsim.bpf.inspect;

import java.util.Locale;

/** JSON laid out as {@code bpftool} lays it out: elements of arrays on one line, names each on their own. */
public final class PrettyJson {
    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean separate;

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
