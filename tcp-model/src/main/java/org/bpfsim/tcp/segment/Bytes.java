package org.bpfsim.tcp.segment;

/** Big-endian numbers in byte arrays; each method returns the offset behind what it wrote. */
final class Bytes {
    private Bytes() {}

    static int put16(byte[] b, int at, int value) {
        b[at] = (byte) (value >>> 8);
        b[at + 1] = (byte) value;
        return at + 2;
    }

    static int put32(byte[] b, int at, int value) {
        put16(b, at, value >>> 16);
        return put16(b, at + 2, value);
    }

    static int put64(byte[] b, int at, long value) {
        put32(b, at, (int) (value >>> 32));
        return put32(b, at + 4, (int) value);
    }

    /** The Internet checksum's running sum over {@code length} bytes (RFC 1071), not yet folded. */
    static long sum(byte[] b, int at, int length, long sum) {
        long s = sum;
        for (int i = 0; i + 1 < length; i += 2) {
            s += (b[at + i] & 0xff) << 8 | b[at + i + 1] & 0xff;
        }
        return (length & 1) == 0 ? s : s + ((b[at + length - 1] & 0xff) << 8);
    }

    /** The checksum field for a running sum. */
    static int fold(long sum) {
        long s = sum;
        while (s >>> 16 != 0) {
            s = (s & 0xffff) + (s >>> 16);
        }
        return (int) ~s & 0xffff;
    }
}
