package org.bpfsim.sim.topology;

import org.bpfsim.sim.Fingerprint;
import org.bpfsim.sim.node.PathSelector;
import org.bpfsim.sim.node.Switch;
import org.bpfsim.sim.packet.Packet;

/**
 * A permutation workload on a {@link FatTree} whose pairs and paths follow from one public integer hash, so that drivers
 * of different simulators can run exactly the same flows over exactly the same links and be compared.
 *
 * <pre>
 * mix(z)       the output of splitmix64 for state z
 * partners     Sattolo's shuffle of 0 .. n-1: for i from n-1 down to 1 swap p[i] and p[mix(seed * 1000003 + i) mod i]
 * path         h = mix((src * 2^32 + dst) xor mix(seed)), all unsigned, of the packet's own source and destination;
 *              an edge switch takes up-link h mod k/2, an aggregation switch up-link (h / (k/2)) mod k/2
 * </pre>
 *
 * ACKs hash their own (src, dst), so they may return over other switches.
 */
public final class PeerPermutation {
    private static final long SPLITMIX64_GAMMA = 0x9e3779b97f4a7c15L;
    private static final long SEED_STRIDE = 1_000_003L;

    private final long seed;

    public PeerPermutation(long seed) {
        this.seed = seed;
    }

    /** Whom each host sends to: one cycle through all hosts, so nobody sends to itself. */
    public int[] partners(int hosts) {
        int[] partners = new int[hosts];
        for (int i = 0; i < hosts; i++) {
            partners[i] = i;
        }
        for (int i = hosts - 1; i > 0; i--) {
            int j = (int) Long.remainderUnsigned(mix(seed * SEED_STRIDE + i), i);
            int swapped = partners[i];
            partners[i] = partners[j];
            partners[j] = swapped;
        }
        return partners;
    }

    /** Makes the switches of a network that a {@link FatTree} has built choose these paths. */
    public void pinPaths(Network fatTree) {
        for (Switch each : fatTree.switches()) {
            switch (each.tier()) {
                case FatTree.EDGE -> each.setSelector(new Selector(mix(seed), false));
                case FatTree.AGG -> each.setSelector(new Selector(mix(seed), true));
                default -> {} // core switches have one way down to each pod
            }
        }
    }

    static long mix(long z) {
        return Fingerprint.mix64(z + SPLITMIX64_GAMMA);
    }

    /** Hot path: no allocation. */
    record Selector(long mixedSeed, boolean secondDigit) implements PathSelector {
        @Override
        public int select(Packet packet, int paths) {
            long hash = mix(((long) packet.srcHost << Integer.SIZE | packet.dstHost) ^ mixedSeed);
            if ((paths & (paths - 1)) == 0) { // spares two divisions
                int digitBits = Integer.numberOfTrailingZeros(paths);
                return (int) (secondDigit ? hash >>> digitBits : hash) & (paths - 1);
            }
            return (int) Long.remainderUnsigned(secondDigit ? Long.divideUnsigned(hash, paths) : hash, paths);
        }
    }
}
