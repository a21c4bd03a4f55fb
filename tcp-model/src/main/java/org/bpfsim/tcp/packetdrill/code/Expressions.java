package org.bpfsim.tcp.packetdrill.code;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Evaluates a Python expression: whole numbers (64 bits), floating point numbers, strings, tuples; {@code or and not},
 * comparisons, {@code | ^ & << >> + - * / // % ~}, {@code abs min max len int}.
 */
final class Expressions {
    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(0[xX][0-9a-fA-F]+|[0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)"
            + "|([A-Za-z_$][A-Za-z0-9_]*)|'([^']*)'|\"([^\"]*)\"|(<<|>>|//|==|!=|<=|>=|[-+*/%|&^~<>(),]))");
    /** Binary operators, loosest first; comparisons stand between "not" and "|". */
    private static final List<List<String>> LEVELS = List.of(
            List.of("|"),
            List.of("^"),
            List.of("&"),
            List.of("<<", ">>"),
            List.of("+", "-"),
            List.of("*", "/", "//", "%"));

    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

    private record Token(Object literal, String name, String symbol) {}

    private final List<Token> tokens = new ArrayList<>();
    private final Map<String, Object> variables;
    private final String text;
    private int at;

    private Expressions(String text, Map<String, Object> variables) {
        this.text = text.trim();
        this.variables = variables;
        Matcher m = TOKEN.matcher(this.text);
        int end = 0;
        while (end < this.text.length()) {
            if (!m.find(end) || m.start() != end) {
                throw wrong();
            }
            tokens.add(token(m));
            end = m.end();
        }
    }

    /** The value of a whole text; a tuple if it has commas. */
    static Object evaluate(String text, Map<String, Object> variables) {
        List<Object> values = evaluateList(text, variables);
        return values.size() == 1 ? values.get(0) : values;
    }

    /** The values between the commas of a text. */
    static List<Object> evaluateList(String text, Map<String, Object> variables) {
        Expressions e = new Expressions(text, variables);
        List<Object> values = new ArrayList<>();
        do {
            values.add(e.or());
        } while (e.accept(","));
        if (e.at < e.tokens.size()) {
            throw e.wrong();
        }
        return values;
    }

    static boolean isTrue(Object value) {
        if (value instanceof Boolean b) {
            return b;
        }
        if (value instanceof Long l) {
            return l != 0;
        }
        if (value instanceof Double d) {
            return d != 0;
        }
        if (value instanceof String s) {
            return !s.isEmpty();
        }
        return value instanceof List<?> list && !list.isEmpty();
    }

    /** As Python prints it. */
    static String show(Object value) {
        if (value instanceof Boolean b) {
            return b ? "True" : "False";
        }
        if (value instanceof List<?> list) {
            StringBuilder s = new StringBuilder("(");
            for (Object o : list) {
                s.append(s.length() == 1 ? "" : ", ").append(show(o));
            }
            return s.append(')').toString();
        }
        return String.valueOf(value);
    }

    private static Token token(Matcher m) {
        if (m.group(1) != null) {
            String n = m.group(1);
            if (n.startsWith("0x") || n.startsWith("0X")) {
                return new Token(new BigInteger(n.substring(2), 16).longValue(), null, null);
            }
            try {
                return new Token(n.contains(".") ? (Object) Double.valueOf(n) : (Object) Long.valueOf(n), null, null);
            } catch (NumberFormatException e) {
                throw new PythonException("number " + n + " does not fit into 64 bits");
            }
        }
        if (m.group(2) != null) {
            return new Token(null, m.group(2), null);
        }
        if (m.group(3) != null) {
            return new Token(m.group(3), null, null);
        }
        return m.group(4) != null ? new Token(m.group(4), null, null) : new Token(null, null, m.group(5));
    }

    private Object or() {
        Object left = and();
        while (acceptName("or")) {
            Object right = and();
            left = isTrue(left) ? left : right;
        }
        return left;
    }

    private Object and() {
        Object left = not();
        while (acceptName("and")) {
            Object right = not();
            left = isTrue(left) ? right : left;
        }
        return left;
    }

    private Object not() {
        return acceptName("not") ? (Object) !isTrue(not()) : comparison();
    }

    private Object comparison() {
        Object left = binary(0);
        String op = acceptAny(COMPARISONS);
        if (op == null) {
            return left;
        }
        boolean all = true;
        while (op != null) {
            Object right = binary(0);
            all &= compare(left, op, right);
            left = right;
            op = acceptAny(COMPARISONS);
        }
        return all;
    }

    private boolean compare(Object left, String op, Object right) {
        if (left instanceof String || right instanceof String) {
            boolean same = left.equals(right);
            return switch (op) {
                case "==" -> same;
                case "!=" -> !same;
                default -> throw wrong();
            };
        }
        Object a = number(left);
        Object b = number(right);
        int c = a instanceof Long l && b instanceof Long r
                ? Long.compare(l, r)
                : Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
        return switch (op) {
            case "==" -> c == 0;
            case "!=" -> c != 0;
            case "<" -> c < 0;
            case "<=" -> c <= 0;
            case ">" -> c > 0;
            default -> c >= 0;
        };
    }

    private Object binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        Object left = binary(level + 1);
        String op = acceptAny(LEVELS.get(level));
        while (op != null) {
            left = apply(left, op, binary(level + 1));
            op = acceptAny(LEVELS.get(level));
        }
        return left;
    }

    private Object apply(Object left, String op, Object right) {
        if (left instanceof String s) {
            if (op.equals("%")) {
                return format(s, right);
            }
            if (op.equals("+") && right instanceof String r) {
                return s + r;
            }
            throw wrong();
        }
        Object a = number(left);
        Object b = number(right);
        if (a instanceof Long x && b instanceof Long y && !op.equals("/")) {
            return integer(x, op, y);
        }
        double x = ((Number) a).doubleValue();
        double y = ((Number) b).doubleValue();
        return switch (op) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> x / y;
            case "//" -> Math.floor(x / y);
            default -> throw wrong();
        };
    }

    private Object integer(long x, String op, long y) {
        if (y == 0 && (op.equals("//") || op.equals("%"))) {
            throw new PythonException("ZeroDivisionError in \"" + text + "\"");
        }
        return switch (op) {
            case "|" -> x | y;
            case "^" -> x ^ y;
            case "&" -> x & y;
            case "<<" -> x << y;
            case ">>" -> x >> y;
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "//" -> Math.floorDiv(x, y);
            default -> Math.floorMod(x, y);
        };
    }

    private static String format(String pattern, Object values) {
        Object[] arguments = values instanceof List<?> list ? list.toArray() : new Object[] {values};
        try {
            return String.format(Locale.ROOT, pattern.replace("%u", "%d").replace("%i", "%d"), arguments);
        } catch (IllegalFormatException e) {
            throw new PythonException("TypeError: values do not fit the format '" + pattern + "'");
        }
    }

    private Object unary() {
        if (accept("-")) {
            Object v = number(unary());
            return v instanceof Long l ? (Object) (-l) : (Object) (-((Number) v).doubleValue());
        }
        if (accept("+")) {
            return number(unary());
        }
        if (accept("~")) {
            if (number(unary()) instanceof Long l) {
                return ~l;
            }
            throw wrong();
        }
        return primary();
    }

    private Object primary() {
        if (at >= tokens.size()) {
            throw wrong();
        }
        Token t = tokens.get(at++);
        if (t.literal() != null) {
            return t.literal();
        }
        if (t.name() != null) {
            return accept("(") ? call(t.name(), arguments()) : variable(t.name());
        }
        if (t.symbol().equals("(")) {
            List<Object> values = arguments();
            return values.size() == 1 ? values.get(0) : values;
        }
        throw wrong();
    }

    private List<Object> arguments() {
        List<Object> values = new ArrayList<>();
        while (!accept(")")) {
            values.add(or());
            if (!accept(",")
                    && (at >= tokens.size() || !")".equals(tokens.get(at).symbol()))) {
                throw wrong();
            }
        }
        return values;
    }

    private Object call(String function, List<Object> arguments) {
        if (arguments.isEmpty()) {
            throw wrong();
        }
        Object best = arguments.get(0);
        switch (function) {
            case "abs" -> {
                Object value = number(best);
                return value instanceof Long l ? (Object) Math.abs(l) : (Object) Math.abs((Double) value);
            }
            case "int" -> {
                return ((Number) number(best)).longValue();
            }
            case "str" -> {
                return show(best);
            }
            case "min", "max" -> {
                for (Object o : arguments) {
                    best = compare(o, function.equals("min") ? "<" : ">", best) ? o : best;
                }
                return best;
            }
            default -> throw new PythonException("function " + function + "() is unknown");
        }
    }

    private Object variable(String name) {
        switch (name) {
            case "True" -> {
                return true;
            }
            case "False" -> {
                return false;
            }
            default -> {
                Object value = variables.get(name);
                if (value == null) {
                    throw new PythonException("NameError: name '" + name + "' is not defined");
                }
                return value;
            }
        }
    }

    private Object number(Object value) {
        if (value instanceof Boolean b) {
            return b ? 1L : 0L;
        }
        if (value instanceof Number) {
            return value;
        }
        throw new PythonException("TypeError: " + show(value) + " is not a number, in \"" + text + "\"");
    }

    private boolean accept(String symbol) {
        return acceptAny(List.of(symbol)) != null;
    }

    private String acceptAny(List<String> symbols) {
        if (at < tokens.size() && symbols.contains(String.valueOf(tokens.get(at).symbol()))) {
            return tokens.get(at++).symbol();
        }
        return null;
    }

    private boolean acceptName(String name) {
        boolean found = at < tokens.size() && name.equals(tokens.get(at).name());
        if (found) {
            at++;
        }
        return found;
    }

    private PythonException wrong() {
        return new PythonException("not understood: \"" + text + "\"");
    }
}
