package org.bpfsim.tcp.packetdrill.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a script into tokens. */
final class ScriptLexer {
    private static final Pattern BLANK = Pattern.compile("(?:\\s|//[^\\n]*|/\\*(?:[^*]|\\*(?!/))*+\\*/)+");
    private static final Pattern CODE = Pattern.compile("%\\{((?:[^}]|\\}(?!%))*+)\\}%");
    private static final Pattern SHELL = Pattern.compile("`((?:\\\\.|[^`\\\\])*+)`", Pattern.DOTALL);
    private static final Pattern STRING = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*+)\"", Pattern.DOTALL);
    private static final Pattern OPTION = Pattern.compile("--([a-zA-Z0-9_]+)");
    private static final Pattern IPV4 = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final Pattern IPV6 = Pattern.compile("(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"
            + "|(?:(?:[0-9a-fA-F]{1,4}:)*[0-9a-fA-F]{1,4})?::(?:(?:[0-9a-fA-F]{1,4}:)*"
            + "(?:[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|[0-9a-fA-F]{1,4}))?");
    private static final Pattern FLOAT = Pattern.compile("-?[0-9]*\\.[0-9]+");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]++(?![0-9a-zA-Z_])");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]++(?![a-zA-Z_])");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_]+#?");
    private static final Pattern ELLIPSIS = Pattern.compile("\\.\\.\\.");

    private final String text;
    private final Map<String, String> defines;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private ScriptLexer(String text, Map<String, String> defines) {
        this.text = text;
        this.defines = defines;
    }

    /**
     * All tokens of a script and one END.
     *
     * @param defines values that stand for words (-D NAME=VALUE)
     */
    static List<Token> tokens(String text, Map<String, String> defines) {
        ScriptLexer lexer = new ScriptLexer(text, defines);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            if (skip(BLANK)) {
                continue;
            }
            if (take(CODE, Token.Kind.CODE, 1)
                    || take(SHELL, Token.Kind.SHELL, 1)
                    || take(STRING, Token.Kind.STRING, 1)
                    || take(OPTION, Token.Kind.OPTION, 1)
                    || take(ELLIPSIS, Token.Kind.ELLIPSIS, 0)
                    || take(IPV6, Token.Kind.ADDRESS, 0)
                    || take(IPV4, Token.Kind.ADDRESS, 0)
                    || take(HEX, Token.Kind.HEX, 0)
                    || take(FLOAT, Token.Kind.FLOAT, 0)
                    || take(INTEGER, Token.Kind.INTEGER, 0)
                    || word()) {
                continue;
            }
            if (text.charAt(at) == '`' || text.charAt(at) == '"' || text.startsWith("%{", at)) {
                throw new ScriptException(line, "what begins with " + text.charAt(at) + " here does not end");
            }
            tokens.add(new Token(Token.Kind.SYMBOL, text.substring(at, at + 1), line));
            at++;
        }
        tokens.add(new Token(Token.Kind.END, "", line));
    }

    private boolean word() {
        Matcher m = matcher(WORD);
        if (m == null) {
            return false;
        }
        String word = m.group();
        String value = defines.get(word);
        if (value == null) {
            tokens.add(new Token(Token.Kind.WORD, word, line));
        } else {
            for (Token t : tokens(value, Map.of())) {
                if (t.kind() != Token.Kind.END) {
                    tokens.add(new Token(t.kind(), t.text(), line));
                }
            }
        }
        at = m.end();
        return true;
    }

    private boolean take(Pattern pattern, Token.Kind kind, int group) {
        Matcher m = matcher(pattern);
        if (m == null) {
            return false;
        }
        tokens.add(new Token(kind, m.group(group), line));
        advance(m.end());
        return true;
    }

    private boolean skip(Pattern pattern) {
        Matcher m = matcher(pattern);
        if (m == null) {
            return false;
        }
        advance(m.end());
        return true;
    }

    private Matcher matcher(Pattern pattern) {
        Matcher m = pattern.matcher(text);
        m.region(at, text.length());
        return m.lookingAt() && m.end() > at ? m : null;
    }

    private void advance(int end) {
        for (int i = at; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        at = end;
    }
}
