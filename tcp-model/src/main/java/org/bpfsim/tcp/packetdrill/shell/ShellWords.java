package org.bpfsim.tcp.packetdrill.shell;

import java.util.ArrayList;
import java.util.List;

/** Splits shell text into commands (at line ends, {@code ;}, {@code &&}, {@code |}) and those into words. */
final class ShellWords {
    /**
     * A command of a shell line.
     *
     * @param words the command and its arguments, without redirections
     * @param target where {@code > target} sends its output, or null
     * @param pipedInto whether it reads what the command before writes
     */
    record Line(List<String> words, String target, boolean pipedInto) {}

    private final String text;
    private final List<Line> lines = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean pipedInto;
    private int at;

    private ShellWords(String text) {
        this.text = text.replace("\\\n", " ");
    }

    static List<Line> split(String text) {
        ShellWords w = new ShellWords(text);
        w.run();
        return w.lines;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#' && !inWord) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '\'' || c == '"') {
                quoted(c);
            } else if (c == '\\' && at + 1 < text.length()) {
                put(text.charAt(at + 1));
                at += 2;
            } else if (text.startsWith("$((", at)) {
                arithmetic();
            } else if (c == '\n'
                    || c == ';'
                    || c == '|'
                    || c == '&' && !word.toString().equals(">")) {
                endOfLine(c);
            } else if (c == ' ' || c == '\t' || c == '\r') {
                endOfWord();
                at++;
            } else if (c == '>') {
                redirection();
            } else {
                put(c);
                at++;
            }
        }
        endOfLine('\n');
    }

    private void put(char c) {
        inWord = true;
        word.append(c);
    }

    private void quoted(char quote) {
        inWord = true;
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (quote == '"' && text.startsWith("$((", at)) {
                arithmetic();
            } else {
                put(text.charAt(at++));
            }
        }
        at++;
    }

    /** Products, the only arithmetic in use: {@code $((15*1024*1024))}. */
    private void arithmetic() {
        int end = text.indexOf("))", at);
        if (end < 0) {
            throw new IllegalArgumentException("$(( does not end");
        }
        long product = 1;
        for (String factor : text.substring(at + 3, end).split("\\*", -1)) {
            try {
                product = Math.multiplyExact(product, Long.parseLong(factor.trim()));
            } catch (NumberFormatException | ArithmeticException e) {
                throw new IllegalArgumentException("$((" + text.substring(at + 3, end) + ")) is not a product", e);
            }
        }
        inWord = true;
        word.append(product);
        at = end + 2;
    }

    /** {@code > file}, {@code 2>&1}, {@code 2>/dev/null}: a word that begins with ">" and names the target. */
    private void redirection() {
        boolean stderr = word.toString().equals("2");
        if (stderr) {
            word.setLength(0);
        } else {
            endOfWord();
        }
        at++;
        while (at < text.length() && (text.charAt(at) == '>' || text.charAt(at) == ' ')) {
            at++;
        }
        int start = at;
        while (at < text.length() && " \t\n;|".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        inWord = true;
        word.append(stderr ? "2>" : ">").append(text, start, at);
        endOfWord();
    }

    private void endOfWord() {
        if (inWord) {
            words.add(word.toString());
        }
        inWord = false;
        word.setLength(0);
    }

    private void endOfLine(char separator) {
        endOfWord();
        while (at < text.length() && text.charAt(at) == separator) {
            at++;
        }
        List<String> plain = new ArrayList<>();
        String target = null;
        for (String w : words) {
            if (w.startsWith(">")) {
                target = w.substring(1);
            } else if (!w.startsWith("2>")) {
                plain.add(w);
            }
        }
        if (!plain.isEmpty()) {
            lines.add(new Line(List.copyOf(plain), target, pipedInto));
        }
        words = new ArrayList<>();
        pipedInto = separator == '|';
    }
}
