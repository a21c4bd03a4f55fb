package org.bpfsim.tcp.sock;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of 64 bits, which Linux takes for Fast Open's cookies, for SYN
 * cookies and for initial sequence numbers (Documentation/security/siphash.rst).
 */
public final class SipHash {
    private SipHash() {}

    /** Hashes bytes with the key {@code k0, k1}, whose bytes count from the lowest. */
    public static long hash(byte[] data, long k0, long k1) {
        State s = new State(k0, k1);
        int whole = data.length / Long.BYTES * Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            s.absorb(word(data, i, Long.BYTES));
        }
        s.absorb(word(data, whole, data.length - whole) | (long) data.length << 56);
        return s.finish();
    }

    private static long word(byte[] data, int from, int bytes) {
        long word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (data[from + i] & 0xffL) << 8 * i;
        }
        return word;
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void absorb(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long finish() {
            v2 ^= 0xff;
            for (int i = 0; i < 4; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
