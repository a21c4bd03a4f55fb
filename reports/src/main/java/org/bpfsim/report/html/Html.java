package org.bpfsim.report.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Writes HTML: closes what it opens, escapes what it is given. */
final class Html {
    /** A line break after these would be a space on the page. */
    private static final Set<String> INLINE = Set.of("a", "b", "code", "span", "strong");

    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; attributes come as name, value, name, value. */
    Html open(String tag, String... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escape(attributes[i + 1]))
                    .append('"');
        }
        text.append('>');
        open.push(tag);
        return this;
    }

    /** Closes the innermost open element, which must be that one. */
    Html close(String tag) {
        if (!tag.equals(open.peek())) {
            throw new IllegalStateException("</" + tag + "> within <" + open.peek() + ">");
        }
        open.pop();
        text.append("</").append(tag).append('>').append(INLINE.contains(tag) ? "" : "\n");
        return this;
    }

    /** An element with text alone. */
    Html element(String tag, String content, String... attributes) {
        return open(tag, attributes).text(content).close(tag);
    }

    Html text(String content) {
        text.append(escape(content));
        return this;
    }

    /** Markup as it is: style sheets, SVG. */
    Html raw(String markup) {
        text.append(markup);
        return this;
    }

    /** A table's head. */
    Html head(List<String> columns) {
        open("thead").open("tr");
        columns.forEach(column -> element("th", column, "scope", "col"));
        return close("tr").close("thead");
    }

    private static String escape(String content) {
        return content.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return text.toString();
    }
}
