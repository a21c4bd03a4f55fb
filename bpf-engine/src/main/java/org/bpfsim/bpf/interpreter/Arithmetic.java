package org.bpfsim.bpf.interpreter;

/**
 * Arithmetic where BPF differs from Java (RFC 9669, section 4.1 and 4.2).
 *
 * <p>Hot path: no allocation.
 */
final class Arithmetic {
    private Arithmetic() {}

    /** Division by zero gives 0. Offset 1 makes it signed; the most negative number by -1 gives itself, as in Java. */
    static long divide64(long a, long b, int offset) {
        if (b == 0) {
            return 0;
        }
        return offset == 0 ? Long.divideUnsigned(a, b) : a / b;
    }

    static int divide32(int a, int b, int offset) {
        if (b == 0) {
            return 0;
        }
        return offset == 0 ? Integer.divideUnsigned(a, b) : a / b;
    }

    /** Remainder by zero leaves the dividend; the sign is the dividend's. */
    static long remainder64(long a, long b, int offset) {
        if (b == 0) {
            return a;
        }
        return offset == 0 ? Long.remainderUnsigned(a, b) : a % b;
    }

    static int remainder32(int a, int b, int offset) {
        if (b == 0) {
            return a;
        }
        return offset == 0 ? Integer.remainderUnsigned(a, b) : a % b;
    }

    /** {@code movsx}: the offset is the width in bits. */
    static long signExtend(long value, int bits) {
        switch (bits) {
            case 8:
                return (byte) value;
            case 16:
                return (short) value;
            default:
                return (int) value;
        }
    }

    /** To little-endian on a little-endian machine: cuts off. */
    static long truncate(long value, int bits) {
        switch (bits) {
            case 16:
                return value & 0xffff;
            case 32:
                return value & 0xffff_ffffL;
            default:
                return value;
        }
    }

    /** To big-endian on a little-endian machine, and the unconditional swap. */
    static long swap(long value, int bits) {
        switch (bits) {
            case 16:
                return Short.reverseBytes((short) value) & 0xffff;
            case 32:
                return Integer.reverseBytes((int) value) & 0xffff_ffffL;
            default:
                return Long.reverseBytes(value);
        }
    }
}
