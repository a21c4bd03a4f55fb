package org.bpfsim.tcp.packetdrill.script;

import java.util.List;

/** A place in a row of tokens. */
final class TokenCursor {
    private final List<Token> tokens;
    private int at;

    /** @param tokens ends with END */
    TokenCursor(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    /** The token so many places ahead, or END. */
    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token t = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return t;
    }

    Token next(Token.Kind kind, String what) {
        if (peek().kind() != kind) {
            throw wrong("expected " + what + " but found " + peek().shown());
        }
        return next();
    }

    boolean accept(String symbolOrWord) {
        boolean found = peek().is(symbolOrWord);
        if (found) {
            next();
        }
        return found;
    }

    boolean accept(Token.Kind kind) {
        boolean found = peek().kind() == kind;
        if (found) {
            next();
        }
        return found;
    }

    void expect(String symbolOrWord) {
        if (!accept(symbolOrWord)) {
            throw wrong("expected \"" + symbolOrWord + "\" but found " + peek().shown());
        }
    }

    /** A number from 0 to {@code max}. */
    long number(String what, long max) {
        if (!peek().isNumber()) {
            throw wrong("expected a number (" + what + ") but found " + peek().shown());
        }
        long value;
        try {
            value = peek().number();
        } catch (NumberFormatException e) {
            value = -1;
        }
        if (value < 0 || value > max) {
            throw wrong(what + " " + peek().text() + " is out of range, use 0 to " + max);
        }
        next();
        return value;
    }

    ScriptException wrong(String message) {
        return new ScriptException(peek().line(), message);
    }
}
