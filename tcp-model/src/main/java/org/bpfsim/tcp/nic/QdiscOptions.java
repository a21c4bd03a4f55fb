package org.bpfsim.tcp.nic;

/**
 * A queueing discipline and its options.
 *
 * @param fq if {@code kind} is FQ
 * @param fqCodel if {@code kind} is FQ_CODEL
 */
public record QdiscOptions(Kind kind, Fq fq, FqCodelOptions fqCodel) {
    /** Which discipline. */
    public enum Kind {
        PFIFO_FAST,
        FQ,
        FQ_CODEL
    }

    /** The kernel's default ({@code net.core.default_qdisc}). */
    public static final QdiscOptions PFIFO_FAST = new QdiscOptions(Kind.PFIFO_FAST, null, null);

    public static QdiscOptions of(Fq fq) {
        return new QdiscOptions(Kind.FQ, fq, null);
    }

    public static QdiscOptions of(FqCodelOptions fqCodel) {
        return new QdiscOptions(Kind.FQ_CODEL, null, fqCodel);
    }

    /**
     * Options of fq, see tc-fq(8).
     *
     * @param limit packets of a band
     * @param flowLimit packets of a flow
     * @param quantum bytes that a flow sends per round; 0 for two packets
     * @param initialQuantum bytes that a new flow may send at once; 0 for ten packets
     * @param pacing whether sockets leave pacing to fq
     * @param maxrate bytes per second of a flow; ~0 for no limit
     * @param lowRateThreshold bytes per second; a flow of a lower rate sends one packet at a time
     * @param flowRefillDelayMs milliseconds of silence after which a flow gets a quantum anew
     * @param horizonNs how far in the future a departure may lie
     * @param horizonDrop whether what lies beyond is dropped; else it leaves at the horizon
     * @param ceThresholdNs delay beyond which packets are marked CE
     */
    public record Fq(
            int limit,
            int flowLimit,
            int quantum,
            int initialQuantum,
            boolean pacing,
            long maxrate,
            long lowRateThreshold,
            int flowRefillDelayMs,
            long horizonNs,
            boolean horizonDrop,
            long ceThresholdNs) {
        /** fq_init() in Linux 6.12, net/sched/sch_fq.c. */
        public static final Fq DEFAULT =
                new Fq(10_000, 100, 0, 0, true, -1, 550_000 / 8, 40, 10_000_000_000L, true, Long.MAX_VALUE);
    }

    /**
     * Options of fq_codel, see tc-fq_codel(8) and RFC 8290.
     *
     * @param limit packets in all
     * @param flows number of queues
     * @param targetNs delay that CoDel aims at
     * @param intervalNs how long the delay may be above it
     * @param quantum bytes that a queue sends per round; 0 for one packet
     * @param ecn whether packets with ECT are marked rather than dropped
     * @param ceThresholdNs delay beyond which packets are marked CE
     * @param memoryLimit bytes of memory in all
     * @param dropBatch most packets dropped at once when the queue is full
     */
    public record FqCodelOptions(
            int limit,
            int flows,
            long targetNs,
            long intervalNs,
            int quantum,
            boolean ecn,
            long ceThresholdNs,
            long memoryLimit,
            int dropBatch) {
        /** fq_codel_init() in Linux 6.12, net/sched/sch_fq_codel.c. */
        public static final FqCodelOptions DEFAULT =
                new FqCodelOptions(10_240, 1024, 5_000_000, 100_000_000, 0, true, Long.MAX_VALUE, 32L << 20, 64);
    }
}
