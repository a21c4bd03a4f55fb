package org.bpfsim.tcp.packetdrill.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a script: options, shell lines, events. */
final class ScriptParser {
    private static final double US_PER_S = 1e6;
    private static final int MAX_SECONDS = 100_000;
    private static final int MAX_DEPTH = 64;

    private final TokenCursor in;
    private int depth;

    ScriptParser(List<Token> tokens) {
        in = new TokenCursor(tokens);
    }

    Script script() {
        Map<String, String> options = options();
        Action.Shell init = in.peek().kind() == Token.Kind.SHELL ? shell() : null;
        List<Event> events = new ArrayList<>();
        Action.Shell cleanup = null;
        while (in.peek().kind() != Token.Kind.END) {
            if (in.peek().kind() == Token.Kind.SHELL) {
                cleanup = shell();
                in.next(Token.Kind.END, "the end of the script (shell lines between events need a time)");
                break;
            }
            events.add(event());
        }
        if (events.isEmpty()) {
            throw in.wrong("the script has no events");
        }
        return new Script(options, init, events, cleanup);
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        while (in.peek().kind() == Token.Kind.OPTION) {
            String name = in.next().text();
            StringBuilder value = new StringBuilder();
            if (in.accept("=")) {
                Token first = in.next();
                value.append(first.text());
                while (first.kind() == Token.Kind.WORD && in.peek().is("-")) { // ipv4-mapped-ipv6
                    value.append(in.next().text()).append(in.next().text());
                }
                if (in.accept("=")) {
                    value.append('=').append(in.next().text());
                }
            }
            options.put(name, value.toString());
        }
        return options;
    }

    private Event event() {
        int line = in.peek().line();
        When when = when();
        long endUs = in.accept(Token.Kind.ELLIPSIS) ? timeUs() : -1;
        Token t = in.peek();
        Action action;
        if (t.is("<") || t.is(">")) {
            action = new PacketParser(in).read();
        } else if (t.kind() == Token.Kind.SHELL) {
            action = shell();
        } else if (t.kind() == Token.Kind.CODE) {
            action = new Action.Code(in.next().text());
        } else if (t.kind() == Token.Kind.WORD) {
            action = systemCall(endUs);
        } else {
            throw in.wrong("expected a packet, a system call, `a shell line` or %{ code }% but found " + t.shown());
        }
        boolean sent = t.is(">");
        if ((when.kind() == When.Kind.ANY || when.isRange()) && !sent) {
            throw new ScriptException(line, "a range or * is only for the time of packets that the stack sends");
        }
        return new Event(line, when, action);
    }

    private When when() {
        if (in.accept("*")) {
            return new When(When.Kind.ANY, 0, 0);
        }
        boolean relative = in.accept("+");
        long start = timeUs();
        if (!in.accept("~")) {
            return new When(relative ? When.Kind.RELATIVE : When.Kind.ABSOLUTE, start, start);
        }
        if (relative) {
            in.expect("+");
        }
        long end = timeUs();
        if (end < start) {
            throw in.wrong("the time range is backwards");
        }
        return new When(relative ? When.Kind.RELATIVE_RANGE : When.Kind.ABSOLUTE_RANGE, start, end);
    }

    private long timeUs() {
        Token t = in.peek();
        if (t.kind() != Token.Kind.FLOAT && t.kind() != Token.Kind.INTEGER) {
            throw in.wrong("expected a time in seconds but found " + t.shown());
        }
        double seconds = Double.parseDouble(in.next().text());
        if (seconds < 0) {
            throw new ScriptException(t.line(), "negative time " + t.text());
        }
        if (seconds > MAX_SECONDS) {
            throw new ScriptException(t.line(), "time " + t.text() + " is over " + MAX_SECONDS + " seconds");
        }
        return Math.round(seconds * US_PER_S);
    }

    private Action.Shell shell() {
        Token t = in.next(Token.Kind.SHELL, "a shell line");
        return new Action.Shell(t.text(), t.line());
    }

    private Action systemCall(long endUs) {
        String name = in.next().text();
        in.expect("(");
        List<Expression> arguments = list(")");
        in.expect("=");
        Expression result = expression();
        String errno = null;
        if (in.peek().kind() == Token.Kind.WORD) {
            errno = in.next().text();
        }
        if (in.accept("(")) { // the error's text, or a note
            while (!in.accept(")")) {
                if (in.next().kind() == Token.Kind.END) {
                    throw in.wrong("a note in parentheses does not end");
                }
            }
        }
        return new Action.SystemCall(endUs, name, arguments, result, errno);
    }

    private List<Expression> list(String close) {
        List<Expression> items = new ArrayList<>();
        if (in.accept(close)) {
            return items;
        }
        do {
            items.add(expression());
        } while (in.accept(","));
        in.expect(close);
        return items;
    }

    private Expression expression() {
        if (++depth > MAX_DEPTH) {
            throw in.wrong("expressions are nested over " + MAX_DEPTH + " deep");
        }
        Expression left = primary();
        while (in.accept("|")) {
            left = new Expression.Or(left, primary());
        }
        depth--;
        return left;
    }

    private Expression primary() {
        Token t = in.next();
        switch (t.kind()) {
            case ELLIPSIS -> {
                return new Expression.Ellipsis();
            }
            case INTEGER, HEX -> {
                try {
                    return new Expression.Int(t.number(), t.text());
                } catch (NumberFormatException e) {
                    throw new ScriptException(t.line(), "number " + t.text() + " does not fit into 64 bits");
                }
            }
            case STRING -> {
                StringBuilder text = new StringBuilder(t.text());
                while (in.peek().kind() == Token.Kind.STRING) {
                    text.append(in.next().text());
                }
                in.accept(Token.Kind.ELLIPSIS);
                return new Expression.Text(text.toString());
            }
            case WORD -> {
                return in.accept("(") ? new Expression.Call(t.text(), list(")")) : new Expression.Name(t.text());
            }
            case SYMBOL -> {
                if (t.text().equals("[")) {
                    return new Expression.Items(list("]"));
                }
                if (t.text().equals("{")) {
                    return isStruct() ? struct() : new Expression.Items(list("}"));
                }
            }
            default -> {}
        }
        throw new ScriptException(t.line(), "expected an expression but found " + t.shown());
    }

    private boolean isStruct() {
        return in.peek().kind() == Token.Kind.WORD
                && (in.peek(1).is("=") || in.peek(1).is("("));
    }

    /** Fields by name; the length in {@code msg_iov(1)=...} is left out. */
    private Expression struct() {
        Map<String, Expression> fields = new LinkedHashMap<>();
        do {
            String name = in.next(Token.Kind.WORD, "a field's name").text();
            if (in.accept("(")) {
                in.next();
                in.expect(")");
            }
            in.expect("=");
            fields.put(name, expression());
        } while (in.accept(","));
        in.expect("}");
        return new Expression.Struct(fields);
    }
}
