package org.bpfsim.sim.node;

import org.bpfsim.sim.Fingerprint;
import org.bpfsim.sim.packet.Packet;

/**
 * Equal-cost multi-path routing as switches do it: a hash of the packet's flow chooses the path (RFC 2992). The switch's
 * own seed takes part, for else the switches of the next tier, which see only flows that hashed alike, would all choose
 * alike (polarisation) and leave paths unused.
 *
 * <p>Hot path: no allocation.
 */
public final class FlowHashEcmp implements PathSelector {
    private static final long UNSIGNED_INT_MASK = 0xffffffffL;

    private final long switchSeed;

    public FlowHashEcmp(long switchSeed) {
        this.switchSeed = Fingerprint.mix64(switchSeed);
    }

    @Override
    public int select(Packet packet, int paths) {
        long hash = Fingerprint.mix64(switchSeed ^ (packet.flowHash & UNSIGNED_INT_MASK));
        return (int) (((hash >>> Integer.SIZE) * paths) >>> Integer.SIZE); // scales 32 bits down to 0 .. paths - 1
    }
}
