package org.bpfsim.sim.topology;

/** Checks that the topologies share. */
final class Plan {
    private Plan() {}

    static void requireAtLeast(int least, int value, String what) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + ", must be at least " + least);
        }
    }
}
