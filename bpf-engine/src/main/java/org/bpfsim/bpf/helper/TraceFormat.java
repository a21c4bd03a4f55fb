package org.bpfsim.bpf.helper;

import java.util.Locale;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * What {@code bpf_trace_printk()} and its like write: formats that {@link FormatCheck} lets through. {@code %pI4} and {@code %pI6}
 * take an address in memory.
 */
final class TraceFormat {
    private static final int MAX_STRING = 512;

    private final HelperCall call;
    private final String format;
    private final long[] arguments;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int argument;

    private TraceFormat(HelperCall call, String format, long[] arguments) {
        this.call = call;
        this.format = format;
        this.arguments = arguments;
    }

    /** The formatted text, or null if the format is not one that the kernel takes. */
    static String format(HelperCall call, String format, long[] arguments) {
        if (!FormatCheck.isValid(format, arguments.length)) {
            return null;
        }
        TraceFormat formatter = new TraceFormat(call, format, arguments);
        return formatter.run() ? formatter.out.toString() : null;
    }

    private boolean run() {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                out.append(c);
            } else if (at >= format.length() || !conversion()) {
                return false;
            }
        }
        return true;
    }

    private char peek() {
        return at < format.length() ? format.charAt(at) : 0;
    }

    private boolean conversion() {
        if (peek() == '%') {
            at++;
            out.append('%');
            return true;
        }
        boolean left = false;
        boolean zero = false;
        boolean sign = false;
        while ("-+ 0".indexOf(peek()) >= 0 && peek() != 0) {
            char flag = format.charAt(at++);
            left |= flag == '-';
            zero |= flag == '0';
            sign |= flag == '+';
        }
        int width = 0;
        while (Character.isDigit(peek())) {
            width = Math.min(1000, 10 * width + format.charAt(at++) - '0');
        }
        boolean wide = peek() == 'l';
        while (peek() == 'l') {
            at++;
        }
        if (argument >= arguments.length || peek() == 0) {
            return false;
        }
        char kind = format.charAt(at++);
        long value = narrow(arguments[argument], wide, kind == 'd' || kind == 'i');
        String text;
        switch (kind) {
            case 'd':
            case 'i':
                text = (sign && value >= 0 ? "+" : "") + value;
                break;
            case 'u':
                text = Long.toUnsignedString(value);
                break;
            case 'x':
                text = Long.toHexString(value);
                break;
            case 'X':
                text = Long.toHexString(value).toUpperCase(Locale.ROOT);
                break;
            case 'c':
                text = String.valueOf((char) (value & 0xff));
                break;
            case 's':
                text = string(arguments[argument]);
                break;
            case 'p':
                text = pointer(arguments[argument]);
                break;
            default:
                return false;
        }
        argument++;
        pad(text, width, left, zero && !left);
        return true;
    }

    private static long narrow(long value, boolean wide, boolean signed) {
        if (wide) {
            return value;
        }
        return signed ? (int) value : value & 0xffff_ffffL;
    }

    /** Arguments are any numbers: what is no address of a string is an empty one, and nothing is read beyond what is there. */
    private String string(long address) {
        StringBuilder text = new StringBuilder();
        try {
            for (int i = 0; i < MAX_STRING; i++) {
                long c = call.load(address + i, 1);
                if (c == 0) {
                    break;
                }
                text.append((char) c);
            }
        } catch (AccessViolation end) {
            // It ends where its memory does.
        }
        return text.toString();
    }

    /** What cannot be read is zero. */
    private byte[] bytes(long address, int length) {
        try {
            return call.bytes(address, length);
        } catch (AccessViolation unreadable) {
            return new byte[length];
        }
    }

    private String pointer(long value) {
        if (format.startsWith("I4", at) || format.startsWith("i4", at)) {
            at += 2;
            byte[] b = bytes(value, 4);
            return (b[0] & 0xff) + "." + (b[1] & 0xff) + "." + (b[2] & 0xff) + "." + (b[3] & 0xff);
        } else if (format.startsWith("I6", at) || format.startsWith("i6", at)) {
            at += 2;
            byte[] b = bytes(value, 16);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 16; i += 2) {
                text.append(i == 0 ? "" : ":").append(String.format("%04x", (b[i] & 0xff) << 8 | b[i + 1] & 0xff));
            }
            return text.toString();
        }
        while ("Kksx".indexOf(peek()) >= 0 && peek() != 0) {
            at++;
        }
        return String.format("%016x", value);
    }

    private void pad(String text, int width, boolean left, boolean zeros) {
        int missing = width - text.length();
        if (missing <= 0) {
            out.append(text);
        } else if (left) {
            out.append(text).append(" ".repeat(missing));
        } else if (zeros && (text.startsWith("-") || text.startsWith("+"))) {
            out.append(text.charAt(0)).append("0".repeat(missing)).append(text, 1, text.length());
        } else {
            out.append((zeros ? "0" : " ").repeat(missing)).append(text);
        }
    }
}
