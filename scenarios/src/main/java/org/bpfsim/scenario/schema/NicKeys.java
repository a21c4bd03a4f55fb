package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.model.NicSpec;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.nic.QdiscOptions;
import org.bpfsim.tcp.nic.QdiscOptions.Fq;
import org.bpfsim.tcp.nic.QdiscOptions.FqCodelOptions;

/** {@code hosts.nic} and {@code hosts.qdisc}: names and defaults of ip-link(8), ethtool(8) and tc(8). */
final class NicKeys {
    private static final int GSO_LEGACY_MAX_SIZE = 65_536;
    private static final int GSO_MAX_SEGMENTS = 65_535;
    private static final int MANY = 1_000_000;
    private static final int LONGEST_USECS = 10_000;
    private static final long PS_PER_NS = 1000;
    private static final int BITS_PER_BYTE = 8;

    private static final Key<Integer> GSO_MAX_SIZE = Key.optional(
            "gso_max_size",
            Scalars.integer(1_500, GSO_LEGACY_MAX_SIZE),
            Integer.toString(GSO_LEGACY_MAX_SIZE),
            "Most bytes of a packet that TCP hands over and the NIC cuts into segments (TSO).");
    private static final Key<Integer> GSO_MAX_SEGS = Key.optional(
            "gso_max_segs",
            Scalars.integer(1, GSO_MAX_SEGMENTS),
            Integer.toString(GSO_MAX_SEGMENTS),
            "Most segments of such a packet; with 1 TCP hands over segments one by one.");
    private static final Key<Integer> TXQUEUELEN = Key.optional(
            "txqueuelen",
            Scalars.integer(1, MANY),
            Integer.toString(NicOptions.TXQUEUELEN),
            "Packets that each band of pfifo_fast holds.");
    private static final Key<Integer> TX = Key.optional(
            "tx",
            Scalars.integer(2, MANY),
            Integer.toString(NicOptions.RING),
            "Packets that the ring holds (`ethtool -G`); BQL holds it shorter.");
    private static final Key<Integer> TX_USECS = Key.optional(
            "tx-usecs",
            Scalars.integer(0, LONGEST_USECS),
            Integer.toString(NicOptions.USECS),
            "Microseconds by which the NIC puts off telling that packets have been sent (`ethtool -C`).");
    private static final Key<Integer> RX_USECS = Key.optional(
            "rx-usecs",
            Scalars.integer(0, LONGEST_USECS),
            "0",
            "Microseconds by which the NIC puts off the interrupt after a packet has come; with 0 each packet has its own, and"
                    + " GRO nothing to put together unless cores are busy (`hosts.cpu`). Adaptive drivers of Linux begin with 8.");
    private static final Key<Boolean> GRO = Key.optional(
            "gro",
            Scalars.bool(),
            "true",
            "Whether segments that one interrupt brings are put together before TCP sees them, which makes fewer ACKs.");

    /** Options of the NIC; the queueing discipline has a key of its own. */
    static final RecordType<NicSpec> NIC = RecordType.of(
            "NIC",
            "The network card of every host.",
            List.of(GSO_MAX_SIZE, GSO_MAX_SEGS, TXQUEUELEN, TX, TX_USECS, RX_USECS, GRO),
            f -> new NicSpec(
                    f.get(GSO_MAX_SIZE),
                    f.get(GSO_MAX_SEGS),
                    new NicOptions(
                            QdiscOptions.PFIFO_FAST,
                            f.get(TXQUEUELEN),
                            f.get(TX),
                            f.get(TX_USECS),
                            f.get(RX_USECS),
                            f.get(GRO))));

    private static final Key<Integer> FQ_LIMIT =
            Key.optional("limit", Scalars.integer(1, MANY), "10000", "Packets of a band.");
    private static final Key<Integer> FLOW_LIMIT =
            Key.optional("flow_limit", Scalars.integer(1, MANY), "100", "Packets of a flow.");
    private static final Key<Long> FQ_QUANTUM =
            Key.maybe("quantum", Units.size(), "two packets", "Bytes that a flow sends per round.", "3028B");
    private static final Key<Long> INITIAL_QUANTUM =
            Key.maybe("initial_quantum", Units.size(), "ten packets", "Bytes that a new flow sends at once.", "15140B");
    private static final Key<Boolean> PACING =
            Key.optional("pacing", Scalars.bool(), "true", "Whether sockets leave pacing to fq.");
    private static final Key<Long> MAXRATE =
            Key.maybe("maxrate", Units.bitRate(), "none", "Most that a flow may send.", "1Gbps");
    private static final Key<Long> LOW_RATE_THRESHOLD = Key.optional(
            "low_rate_threshold", Units.bitRate(), "550kbps", "A flow that is held to less sends packet by packet.");
    private static final Key<Long> REFILL_DELAY =
            Key.optional("refill_delay", Units.duration(), "40ms", "Silence after which a flow gets a quantum anew.");
    private static final Key<Long> HORIZON =
            Key.optional("horizon", Units.duration(), "10s", "How far in the future a packet's time may lie.");
    private static final Key<Boolean> HORIZON_DROP = Key.optional(
            "horizon_drop",
            Scalars.bool(),
            "true",
            "Whether what lies beyond is dropped, or else leaves at the horizon.");
    private static final Key<Long> FQ_CE_THRESHOLD = Key.maybe(
            "ce_threshold", Units.duration(), "none", "Packets that are later than this are marked CE.", "1ms");

    private static final RecordType<QdiscOptions> FQ = RecordType.of(
            "fq",
            "tc-fq(8): a queue per socket, served in turn, each packet at its time.",
            List.of(
                    FQ_LIMIT,
                    FLOW_LIMIT,
                    FQ_QUANTUM,
                    INITIAL_QUANTUM,
                    PACING,
                    MAXRATE,
                    LOW_RATE_THRESHOLD,
                    REFILL_DELAY,
                    HORIZON,
                    HORIZON_DROP,
                    FQ_CE_THRESHOLD),
            f -> QdiscOptions.of(new Fq(
                    f.get(FQ_LIMIT),
                    f.get(FLOW_LIMIT),
                    bytes(f.find(FQ_QUANTUM)),
                    bytes(f.find(INITIAL_QUANTUM)),
                    f.get(PACING),
                    f.find(MAXRATE).map(rate -> rate / BITS_PER_BYTE).orElse(-1L),
                    f.get(LOW_RATE_THRESHOLD) / BITS_PER_BYTE,
                    (int) (f.get(REFILL_DELAY) / PS_PER_NS / 1_000_000),
                    f.get(HORIZON) / PS_PER_NS,
                    f.get(HORIZON_DROP),
                    nanoseconds(f.find(FQ_CE_THRESHOLD)))));

    private static final Key<Integer> LIMIT =
            Key.optional("limit", Scalars.integer(1, MANY), "10240", "Packets in all.");
    private static final Key<Integer> FLOWS =
            Key.optional("flows", Scalars.integer(1, 65_536), "1024", "Queues; flows are spread over them by hash.");
    private static final Key<Long> TARGET =
            Key.optional("target", Units.positiveDuration(), "5ms", "The delay that is acceptable.");
    private static final Key<Long> INTERVAL = Key.optional(
            "interval", Units.positiveDuration(), "100ms", "How long it may be longer, about the longest RTT.");
    private static final Key<Long> QUANTUM =
            Key.maybe("quantum", Units.size(), "one packet", "Bytes that a queue sends per round.", "1514B");
    private static final Key<Boolean> ECN =
            Key.optional("ecn", Scalars.bool(), "true", "Whether packets that can be marked are, rather than dropped.");
    private static final Key<Long> CE_THRESHOLD =
            Key.maybe("ce_threshold", Units.duration(), "none", "Packets that waited longer are marked CE.", "1ms");
    private static final Key<Long> MEMORY_LIMIT =
            Key.optional("memory_limit", Units.size(), "32MiB", "Memory of all that waits.");
    private static final Key<Integer> DROP_BATCH =
            Key.optional("drop_batch", Scalars.integer(1, MANY), "64", "Most packets dropped at once when it is full.");

    private static final RecordType<QdiscOptions> FQ_CODEL = RecordType.of(
            "fq_codel",
            "tc-fq_codel(8), RFC 8290: queues by hash, served in turn, each kept short.",
            List.of(LIMIT, FLOWS, TARGET, INTERVAL, QUANTUM, ECN, CE_THRESHOLD, MEMORY_LIMIT, DROP_BATCH),
            f -> QdiscOptions.of(new FqCodelOptions(
                    f.get(LIMIT),
                    f.get(FLOWS),
                    f.get(TARGET) / PS_PER_NS,
                    f.get(INTERVAL) / PS_PER_NS,
                    bytes(f.find(QUANTUM)),
                    f.get(ECN),
                    nanoseconds(f.find(CE_THRESHOLD)),
                    f.get(MEMORY_LIMIT),
                    f.get(DROP_BATCH))));

    /** The queueing discipline. */
    static final OneOf<QdiscOptions> QDISC = new OneOf<>(
            "Qdisc",
            "The queueing discipline at the root of every host's egress; exactly one of these.",
            List.of(new OneOf.Word<>(
                    "pfifo_fast", QdiscOptions.PFIFO_FAST, "Three bands by priority, first come, first served.")),
            List.of(
                    new OneOf.Form<>("fq", FQ, "A queue per socket, paced.", "{flow_limit: 100}"),
                    new OneOf.Form<>("fq_codel", FQ_CODEL, "Queues by hash, kept short.", "{target: 5ms}")));

    private NicKeys() {}

    private static int bytes(Optional<Long> size) {
        return (int) Math.min(size.orElse(0L), Integer.MAX_VALUE);
    }

    private static long nanoseconds(Optional<Long> ps) {
        return ps.map(time -> time / PS_PER_NS).orElse(Long.MAX_VALUE);
    }
}
