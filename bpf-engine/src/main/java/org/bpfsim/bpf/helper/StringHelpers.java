package org.bpfsim.bpf.helper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bpfsim.bpf.Errno;

/** Helpers on strings (man 7 bpf-helpers; Linux 6.12: kernel/bpf/helpers.c). */
final class StringHelpers {
    /** Arguments of {@code bpf_snprintf} and {@code bpf_trace_vprintk} (MAX_BPRINTF_VARARGS). */
    private static final int MAX_ARGUMENTS = 12;

    /** Low bits of strtol's flags: the base (BPF_STRTOX_BASE_MASK). */
    private static final long BASE = 0x1f;

    /** Digits that are looked at: Linux copies so many bytes. */
    private static final int MAX_DIGITS = 64;

    static final List<Helper> ALL = List.of(
            Helper.of("bpf_strncmp", StringHelpers::strncmp),
            Helper.of("bpf_strtol", (c, s, size, flags, result, r5) -> parse(c, s, size, flags, result, true)),
            Helper.of("bpf_strtoul", (c, s, size, flags, result, r5) -> parse(c, s, size, flags, result, false)),
            Helper.of("bpf_snprintf", StringHelpers::snprintf),
            Helper.of("bpf_trace_vprintk", StringHelpers::traceVprintk));

    private StringHelpers() {}

    private static long strncmp(HelperCall call, long s1, long size, long s2, long r4, long r5) {
        for (long i = 0; i < size; i++) {
            long a = call.load(s1 + i, 1);
            long b = call.load(s2 + i, 1);
            if (a != b || a == 0) {
                return a - b;
            }
        }
        return 0;
    }

    /** Arguments as an array of 64-bit numbers in memory; null if their size is none. */
    private static long[] arguments(HelperCall call, long data, long bytes) {
        if (bytes % 8 != 0 || bytes < 0 || bytes > 8 * MAX_ARGUMENTS || bytes != 0 && data == 0) {
            return null;
        }
        long[] arguments = new long[(int) bytes / 8];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = call.load(data + 8L * i, 8);
        }
        return arguments;
    }

    /** Answers the length of the whole text with its terminating zero, as much of it as was written. */
    private static long snprintf(HelperCall call, long to, long size, long format, long data, long dataBytes) {
        long[] arguments = arguments(call, data, dataBytes);
        String text =
                arguments == null ? null : TraceFormat.format(call, call.string(format, Integer.MAX_VALUE), arguments);
        if (text == null) {
            return -Errno.EINVAL;
        }
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int room = (int) Math.min(size & 0xffff_ffffL, bytes.length);
        if (room > 0) {
            bytes[room - 1] = 0;
            call.write(to, bytes, 0, room);
        }
        return bytes.length;
    }

    private static long traceVprintk(
            HelperCall call, long format, long formatBytes, long data, long dataBytes, long r5) {
        long[] arguments = arguments(call, data, dataBytes);
        String text = arguments == null || formatBytes <= 0
                ? null
                : TraceFormat.format(call, call.string(format, (int) formatBytes), arguments);
        if (text == null) {
            return -Errno.EINVAL;
        }
        call.services().trace(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        return text.length();
    }

    /** How many bytes were read, or a negated errno. */
    private static long parse(HelperCall call, long from, long size, long flags, long result, boolean signed) {
        long base = flags & BASE;
        if (from == 0 || size <= 0 || (flags & ~BASE) != 0 || base != 0 && base != 8 && base != 10 && base != 16) {
            return -Errno.EINVAL;
        }
        int at = 0;
        while (at < size && isSpace(call.load(from + at, 1))) {
            at++;
        }
        boolean negative = at < size && call.load(from + at, 1) == '-';
        if (negative) {
            at++;
        }
        if (at == size) {
            return -Errno.EINVAL;
        }
        long end = Math.min(size, at + MAX_DIGITS);
        int digitsAt = at;
        if (digit(call, from, at, end, 10) == 0) {
            boolean hexadecimal = at + 1 < end
                    && (call.load(from + at + 1, 1) | 0x20) == 'x'
                    && digit(call, from, at + 2, end, 16) >= 0;
            if (base == 0) {
                base = hexadecimal ? 16 : 8;
            }
            digitsAt += base == 16 && hexadecimal ? 2 : 0;
        } else if (base == 0) {
            base = 10;
        }
        long value = 0;
        int i = digitsAt;
        for (int digit; (digit = digit(call, from, i, end, (int) base)) >= 0; i++) {
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0) {
                return -Errno.ERANGE;
            }
            value = value * base + digit;
        }
        if (i == digitsAt || negative && !signed) {
            return -Errno.EINVAL;
        }
        if (signed && (negative ? -value > 0 : value < 0)) {
            return -Errno.ERANGE;
        }
        call.store(result, 8, negative ? -value : value);
        return i;
    }

    private static int digit(HelperCall call, long from, int at, long end, int base) {
        return at < end ? Character.digit((char) call.load(from + at, 1), base) : -1;
    }

    private static boolean isSpace(long c) {
        return c == ' ' || c >= 9 && c <= 13 || c == 0xa0;
    }
}
