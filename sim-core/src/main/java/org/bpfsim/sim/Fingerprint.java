package org.bpfsim.sim;

/**
 * A 64-bit rolling hash of what happened in a run, in order: equal traces give equal fingerprints, and a trace that
 * differs in one value or in the order of two gives another (but for one chance in 2^64).
 *
 * <p>Hot path: no allocation. Each value is spread by an odd multiplier, so that small numbers reach the high bits, and
 * then folded into a state that is rotated and multiplied; the state's finaliser is that of splitmix64 (Steele, Lea,
 * Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 */
public final class Fingerprint {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final long ODD_MULTIPLIER = 0xd6e8feb86659fd93L;
    private static final int ROTATION_BITS = 29;

    private long state = GOLDEN_GAMMA;

    /** Takes one more value into the trace. */
    public void mix(long value) {
        state = (Long.rotateLeft(state, ROTATION_BITS) ^ (value * GOLDEN_GAMMA)) * ODD_MULTIPLIER;
    }

    /** Takes one arrival of a packet into the trace. */
    public void mixArrival(long timePs, int port, long packetHash) {
        long where = Long.rotateLeft(port * ODD_MULTIPLIER, ROTATION_BITS);
        mix((timePs + where) ^ (packetHash * ODD_MULTIPLIER));
    }

    /** The fingerprint of all that was taken in so far. */
    public long value() {
        return mix64(state);
    }

    /** The fingerprint as 16 hexadecimal digits, the form that results carry. */
    @Override
    public String toString() {
        String hex = Long.toHexString(value());
        return "0".repeat(Long.BYTES * 2 - hex.length()) + hex;
    }

    /** The finaliser of splitmix64: a bijection of 64-bit values in which each input bit flips half of the output. */
    public static long mix64(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
