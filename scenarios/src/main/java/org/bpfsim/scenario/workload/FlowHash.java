package org.bpfsim.scenario.workload;

import java.util.List;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.Family;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.sim.Fingerprint;

/**
 * What is decided by a hash of a flow's identity rather than drawn from a stream: its arm and its address family. So
 * neither depends on what other flows do, and a flow keeps its family when everybody is in one arm.
 *
 * <p>A flow is identified by seed, replication, workload, initiating host and its number among that host's flows.
 */
public final class FlowHash {
    private static final long ARM = 0x61726dL;
    private static final long FAMILY = 0x66616dL;

    private final long runKey;
    private final long[] upperShare;
    private final Variant variant;

    /** For one run. */
    public FlowHash(long seed, int replication, List<ArmSpec> arms, Variant variant) {
        this.runKey = Fingerprint.mix64(Fingerprint.mix64(seed) + replication);
        this.variant = variant;
        this.upperShare = new long[arms.size()];
        long sum = 0;
        for (int i = 0; i < upperShare.length; i++) {
            sum += arms.get(i).share().partsPerBillion();
            upperShare[i] = sum;
        }
    }

    /** The flow's arm: 0 is control, then the arms in the order of the scenario. */
    public int arm(int workload, int host, long number) {
        if (variant.everybodyIn().isPresent()) {
            return variant.everybodyIn().getAsInt();
        }
        long point = Long.remainderUnsigned(hash(ARM, workload, host, number), Fraction.WHOLE);
        for (int i = 0; i < upperShare.length; i++) {
            if (point < upperShare[i]) {
                return i + 1;
            }
        }
        return 0;
    }

    /** True if the flow uses IPv6. */
    public boolean ipv6(Family family, int workload, int host, long number) {
        return switch (family) {
            case IPV4 -> false;
            case IPV6 -> true;
            case BOTH -> hash(FAMILY, workload, host, number) < 0;
        };
    }

    private long hash(long purpose, int workload, int host, long number) {
        long h = Fingerprint.mix64(runKey + purpose);
        h = Fingerprint.mix64(h + workload);
        h = Fingerprint.mix64(h + host);
        return Fingerprint.mix64(h + number);
    }
}
