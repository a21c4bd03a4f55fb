package org.bpfsim.bpf.helper;

/**
 * Which formats {@code bpf_trace_printk()}, {@code bpf_trace_vprintk()} and {@code bpf_snprintf()} take: fewer than printf(3) (man 7
 * bpf-helpers; Linux 6.12: bpf_bprintf_prepare() in kernel/bpf/helpers.c). There is no {@code %o}, no {@code %h} and no {@code #}.
 */
public final class FormatCheck {
    private final String format;
    private int at;

    private FormatCheck(String format) {
        this.format = format;
    }

    /**
     * Whether Linux takes a format.
     *
     * @param format a character for each byte, up to the final zero
     * @param arguments how many there are; they may be more than the format wants
     */
    public static boolean isValid(String format, int arguments) {
        return new FormatCheck(format).check(arguments);
    }

    private boolean check(int arguments) {
        int conversions = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c < 0x80 && !isPrinted(c) && !isSpace(c)) {
                return false;
            } else if (c == '%' && peek(0) == '%') {
                at++;
            } else if (c == '%' && (++conversions > arguments || !conversion())) {
                return false;
            }
        }
        return true;
    }

    /** The character that comes so many later; 0 behind the end. */
    private char peek(int later) {
        return at + later < format.length() ? format.charAt(at + later) : 0;
    }

    private boolean conversion() {
        while (peek(0) != 0 && "0+- ".indexOf(peek(0)) >= 0) {
            at++;
        }
        while (peek(0) >= '0' && peek(0) <= '9') {
            at++;
        }
        switch (peek(0)) {
            case 'p':
                at++;
                return pointer();
            case 's':
                at++;
                return endsWord();
            case 'c':
                at++;
                return true;
            default:
                for (int longs = 0; longs < 2 && peek(0) == 'l'; longs++) {
                    at++;
                }
                return peek(0) != 0 && "iduxX".indexOf(format.charAt(at++)) >= 0;
        }
    }

    private boolean pointer() {
        if (endsWord()) {
            return true;
        }
        char kind = peek(0);
        if ((kind == 'k' || kind == 'u') && peek(1) == 's') {
            at += 2;
            return endsWord();
        } else if ("KxsSB".indexOf(kind) >= 0) {
            at++;
            return true;
        }
        boolean address = (kind == 'i' || kind == 'I') && (peek(1) == '4' || peek(1) == '6');
        at += 2;
        return address;
    }

    private boolean endsWord() {
        char c = peek(0);
        boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
        return c == 0 || isSpace(c) || isPrinted(c) && !letter;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isPrinted(char c) {
        return c >= ' ' && c <= '~';
    }
}
