package org.bpfsim.tcp.packetdrill.script;

/** A word of a script and its line. Strings, shell lines and code come without their delimiters. */
record Token(Kind kind, String text, int line) {
    enum Kind {
        WORD,
        INTEGER,
        HEX,
        FLOAT,
        STRING,
        SHELL,
        CODE,
        OPTION,
        ELLIPSIS,
        ADDRESS,
        SYMBOL,
        END
    }

    boolean is(String symbolOrWord) {
        return (kind == Kind.SYMBOL || kind == Kind.WORD) && text.equals(symbolOrWord);
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.HEX;
    }

    long number() {
        return kind == Kind.HEX ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    String shown() {
        return kind == Kind.END ? "the end of the script" : "\"" + text + "\"";
    }
}
