package org.bpfsim.bench.hold;

import umontreal.ssj.probdist.ExponentialDist;
import umontreal.ssj.rng.MRG32k3a;

/** Exponential increments drawn beforehand, so that no contestant pays for the generator. */
final class Increments {
    private static final int SIZE = 1 << 20;
    private static final long[] SEED = {12345, 12345, 12345, 12345, 12345, 12345};

    private final long[] picoseconds = new long[SIZE];
    private int next;

    Increments() {
        MRG32k3a stream = new MRG32k3a();
        stream.setSeed(SEED);
        ExponentialDist dist = new ExponentialDist(1e-6); // a mean of 1 us, in picoseconds
        for (int i = 0; i < SIZE; i++) {
            picoseconds[i] = 1 + (long) dist.inverseF(stream.nextDouble());
        }
    }

    long nextPs() {
        next = (next + 1) & (SIZE - 1);
        return picoseconds[next];
    }
}
