package org.bpfsim.tcp.packetdrill.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs snippets of Python: {@code assert}, {@code print()}, {@code pass} and assignments, separated by line ends or
 * semicolons. Variables live from one snippet to the next.
 */
public final class PythonCode {
    private static final String[] AUGMENTED = {"+", "-", "*", "//", "%", "|", "&", "^", "<<", ">>"};

    private final Map<String, Object> variables = new TreeMap<>();
    private final List<String> printed = new ArrayList<>();

    /** Sets a variable. */
    public void set(String name, long value) {
        variables.put(name, value);
    }

    /** What {@code print()} wrote, line by line. */
    public List<String> printed() {
        return List.copyOf(printed);
    }

    /**
     * Runs a snippet.
     *
     * @throws PythonException if an assertion fails or the code is not understood
     */
    public void run(String snippet) {
        for (String statement : statements(snippet)) {
            runStatement(statement);
        }
    }

    private void runStatement(String s) {
        if (s.equals("pass") || s.startsWith("import ")) {
            return;
        }
        if (s.startsWith("assert ") || s.startsWith("assert(")) {
            runAssert(s);
            return;
        }
        if (s.startsWith("print")) {
            Object value = Expressions.evaluate(s.substring("print".length()), variables);
            printed.add(Expressions.show(value));
            return;
        }
        int at = assignmentAt(s);
        if (at < 0) {
            throw new PythonException("not understood: \"" + s + "\". Known are assert, print() and assignments");
        }
        Object value = Expressions.evaluate(s.substring(at + 1), variables);
        String target = s.substring(0, at).trim();
        for (String op : AUGMENTED) {
            if (target.endsWith(op)) {
                String name = target.substring(0, target.length() - op.length()).trim();
                variables.put("$right", value);
                value = Expressions.evaluate(name + " " + op + " $right", variables);
                target = name;
                break;
            }
        }
        if (!target.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new PythonException("cannot assign to \"" + target + "\"");
        }
        variables.put(target, value);
    }

    private void runAssert(String s) {
        List<Object> parts = Expressions.evaluateList(s.substring("assert".length()), variables);
        if (!Expressions.isTrue(parts.get(0))) {
            String what = parts.size() > 1 ? ": " + Expressions.show(parts.get(1)) : "";
            throw new PythonException("AssertionError" + what + " in \"" + s + "\"");
        }
    }

    /** Where the "=" of an assignment is, or -1. */
    private static int assignmentAt(String s) {
        for (int i = 1; i < s.length() - 1; i++) {
            if (s.charAt(i) == '=' && s.charAt(i + 1) != '=' && "=<>!".indexOf(s.charAt(i - 1)) < 0) {
                return i;
            }
            if (s.charAt(i) == '='
                    && s.charAt(i + 1) != '='
                    && (s.startsWith("<<", i - 2) || s.startsWith(">>", i - 2))) {
                return i;
            }
        }
        return -1;
    }

    /** Cuts at line ends and semicolons outside of strings and brackets; drops comments. */
    private static List<String> statements(String snippet) {
        String code = snippet.replaceAll("\\\\\\s*\n", " "); // lines that go on
        List<String> found = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        char quote = 0;
        int depth = 0;
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '#') {
                int end = code.indexOf('\n', i);
                i = end < 0 ? code.length() : end - 1;
                continue;
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth--;
            } else if (c == ';' || c == '\n' && depth == 0) {
                add(found, current);
                continue;
            }
            current.append(c == '\n' ? ' ' : c);
        }
        add(found, current);
        return found;
    }

    private static void add(List<String> found, StringBuilder current) {
        String s = current.toString().trim();
        if (!s.isEmpty()) {
            found.add(s);
        }
        current.setLength(0);
    }
}
