package org.bpfsim.scenario.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.bpfsim.scenario.model.Family;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.scenario.model.WorkloadSpec;
import org.bpfsim.scenario.workload.PublishedSizes;

/** {@code workload}. */
final class WorkloadKeys {
    private static final Key<Long> MIN = Key.required("min", Units.size(), "Smallest size.", "1KB");
    private static final Key<Long> MAX = Key.required("max", Units.size(), "Largest size.", "64KB");
    private static final RecordType<SizeSpec> UNIFORM = RecordType.checked(
            "Uniform sizes", "Every size between two bounds with the same probability.", List.of(MIN, MAX), f -> {
                if (f.get(MIN) > f.get(MAX)) {
                    f.problem(MAX, "`max` is smaller than `min`.", "Exchange the two.");
                    return Optional.empty();
                }
                return Optional.of(new SizeSpec.Uniform(f.get(MIN), f.get(MAX)));
            });

    private static final ValueType<SizeSpec> FIXED =
            new Converted<>(Units.size(), (bytes, report) -> Optional.of(new SizeSpec.Fixed(bytes)));

    private static final ValueType<SizeSpec> CDF =
            new Converted<>(new MapType<>("size", Units.size(), Units.fraction(0, 100)), WorkloadKeys::empirical);

    static final OneOf<SizeSpec> SIZES = new OneOf<>(
            "Sizes",
            "How large flows are (payload).",
            List.of(new OneOf.Word<>(
                    "web-search",
                    PublishedSizes.webSearch(),
                    "The search cluster of the DCTCP paper (SIGCOMM 2010, figure 4), as flow generators tabulate it;"
                            + " mean 1.7 MB, half of the flows below 80 KB.")),
            List.of(
                    new OneOf.Form<>("fixed", FIXED, "All alike.", "4KB"),
                    new OneOf.Form<>("uniform", UNIFORM, "Between two bounds.", "{min: 1KB, max: 64KB}"),
                    new OneOf.Form<>(
                            "cdf",
                            CDF,
                            "Points of a cumulative distribution, linear between them; sizes and shares ascend, the"
                                    + " last share is 100%.",
                            "{1KB: 0%, 10KB: 50%, 1MB: 100%}")));

    private static final Map<String, Peers> PEER_WORDS = Map.of(
            "any", Peers.ANY,
            "same-rack", Peers.SAME_RACK,
            "any-other-rack", Peers.ANY_OTHER_RACK,
            "same-pod", Peers.SAME_POD,
            "any-other-pod", Peers.ANY_OTHER_POD);
    private static final Map<String, Family> FAMILY_WORDS =
            Scalars.words(Family.class, f -> f.name().toLowerCase(Locale.ROOT));

    private static final int MOST_REQUEST_BYTES = 1_000_000;

    private static final Key<SizeSpec> RPC_SIZES =
            Key.required("sizes", SIZES, "How large the answers are.", "web-search");
    private static final Key<Fraction> LOAD = Key.required(
            "load",
            Units.fraction(0, 150),
            "Mean rate of the answers on the wire, payload and headers, as a share of the host link's rate; each host"
                    + " asks as often as that takes.",
            "50%");
    static final Key<Peers> PEERS = Key.optional(
            "peers",
            Scalars.choice(new TreeMap<>(PEER_WORDS)),
            "any",
            "Whom a client asks, all with the same probability.");
    static final Key<Family> FAMILY = Key.optional(
            "family",
            Scalars.choice(FAMILY_WORDS),
            "both",
            "Addresses of the connections; `both` tosses a seeded coin per flow.");
    static final Key<Integer> PORT = Key.optional(
            "port",
            Scalars.integer(1, 60_000),
            "7300",
            "Server port of `control`; the arms follow in the order of the file: 7301, 7302, ...");
    private static final Key<Long> REQUEST = Key.optional(
            "request", Units.size(), "100B", "What the client sends before the server answers; at most 1MB.");

    private static final RecordType<WorkloadSpec> RPC = RecordType.checked(
            "RPC",
            "Every host asks others at random times (Poisson). Each flow opens a connection, sends the request, reads"
                    + " the answer and closes. Its completion time runs from `connect()` to the last byte read by the"
                    + " client.",
            List.of(RPC_SIZES, LOAD, PEERS, FAMILY, PORT, REQUEST),
            f -> {
                if (f.get(LOAD).partsPerBillion() == 0) {
                    f.problem(LOAD, "load 0 asks nothing.", "Write a share above zero, or remove this workload.");
                    return Optional.empty();
                }
                return request(f)
                        .map(bytes -> new WorkloadSpec.Rpc(
                                f.get(RPC_SIZES), f.get(LOAD), f.get(PEERS), f.get(FAMILY), f.get(PORT), bytes));
            });

    private static final Key<List<Integer>> FROM = Key.required(
            "from", new ListType<>(Scalars.integer(0, Integer.MAX_VALUE)), "The sending hosts, by number.", "[0, 1]");
    private static final Key<Integer> TO =
            Key.required("to", Scalars.integer(0, Integer.MAX_VALUE), "The receiving host, by number.", "4");
    private static final Key<Integer> FLOWS =
            Key.optional("flows", Scalars.integer(1, 100_000), "1", "Connections that each sender opens.");
    private static final Key<Long> BULK_SIZE =
            Key.maybe("size", Units.size(), "flows never end", "What each flow carries.", "10MB");
    private static final Key<Long> START = Key.optional("start", Units.duration(), "0", "When the first begins.");
    private static final Key<Long> STAGGER =
            Key.optional("stagger", Units.duration(), "10us", "Each flow begins this much after the one before it.");
    private static final RecordType<WorkloadSpec> BULK = RecordType.of(
            "Bulk",
            "Long flows from some hosts to one. The sender connects, sends and closes; the completion time runs from"
                    + " `connect()` to the last byte read by the receiver.",
            List.of(FROM, TO, FLOWS, BULK_SIZE, START, STAGGER, FAMILY, PORT),
            f -> new WorkloadSpec.Bulk(
                    f.get(FROM),
                    f.get(TO),
                    f.get(FLOWS),
                    f.find(BULK_SIZE).map(OptionalLong::of).orElse(OptionalLong.empty()),
                    f.get(START),
                    f.get(STAGGER),
                    f.get(FAMILY),
                    f.get(PORT)));

    private static final Key<Integer> SENDERS =
            Key.required("senders", Scalars.integer(1, 65_535), "Hosts that answer, those that follow `to`.", "32");
    private static final Key<Long> BYTES = Key.required("bytes", Units.size(), "What each of them answers.", "450KB");
    private static final Key<Long> EVERY =
            Key.optional("every", Units.positiveDuration(), "10ms", "From one round to the next.");
    private static final Key<Integer> ROUNDS =
            Key.optional("rounds", Scalars.integer(1, 1_000_000), "1", "How many rounds.");
    private static final RecordType<WorkloadSpec> INCAST = RecordType.checked(
            "Incast",
            "One host asks many at the same instant, each over a new connection, so that their answers meet at its"
                    + " port.",
            List.of(TO, SENDERS, BYTES, START, EVERY, ROUNDS, FAMILY, PORT, REQUEST),
            f -> request(f)
                    .map(bytes -> new WorkloadSpec.Incast(
                            f.get(TO),
                            f.get(SENDERS),
                            f.get(BYTES),
                            f.get(START),
                            f.get(EVERY),
                            f.get(ROUNDS),
                            f.get(FAMILY),
                            f.get(PORT),
                            bytes)));

    static final OneOf<WorkloadSpec> WORKLOAD = new OneOf<>(
            "Workload",
            "One kind of traffic; exactly one of these per item.",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "rpc", RPC, "Requests and answers at random times.", "{sizes: web-search, load: 50%}"),
                    new OneOf.Form<>(
                            "request-response",
                            ServiceKeys.REQUEST_RESPONSE,
                            "Requests and answers over connections that are kept.",
                            "{arrivals: {rate: 20k/s}, response: {fixed: 4KB}}"),
                    new OneOf.Form<>(
                            "partition-aggregate",
                            ServiceKeys.PARTITION_AGGREGATE,
                            "Queries that need the answers of many.",
                            "{aggregators: [0], fan-out: 32, arrivals: {rate: 100/s}, response: {fixed: 20KB}}"),
                    new OneOf.Form<>(
                            "storage",
                            ServiceKeys.STORAGE,
                            "Blocks that are read and written.",
                            "{servers: [4, 5, 6], replicas: 3, arrivals: {rate: 1k/s}, block: {fixed: 64KiB}}"),
                    new OneOf.Form<>(
                            "all-reduce",
                            ServiceKeys.ALL_REDUCE,
                            "Data that hosts sum up around a ring.",
                            "{size: 100MB, compute: {fixed: 5ms}}"),
                    new OneOf.Form<>("bulk", BULK, "Long flows to one host.", "{from: [0, 1], to: 2}"),
                    new OneOf.Form<>("incast", INCAST, "Many answers at once.", "{to: 0, senders: 32, bytes: 450KB}")));

    private WorkloadKeys() {}

    private static Optional<Integer> request(Fields f) {
        long bytes = f.get(REQUEST);
        if (bytes > MOST_REQUEST_BYTES) {
            f.problem(REQUEST, "`request` is larger than 1MB.", "Use `bulk` for large transfers to a server.");
            return Optional.empty();
        }
        return Optional.of((int) bytes);
    }

    private static Optional<SizeSpec> empirical(Map<Long, Fraction> given, Converted.Report report) {
        List<SizeSpec.CdfPoint> points = new ArrayList<>();
        long lastBytes = 0;
        long lastShare = -1;
        for (Map.Entry<Long, Fraction> point : new LinkedHashMap<>(given).entrySet()) {
            if (point.getKey() <= lastBytes || point.getValue().partsPerBillion() <= lastShare) {
                report.problem(
                        "the distribution does not ascend at " + point.getKey() + "B: " + point.getValue() + ".",
                        "Sort the points; each size and each share must be larger than the one before.");
                return Optional.empty();
            }
            lastBytes = point.getKey();
            lastShare = point.getValue().partsPerBillion();
            points.add(new SizeSpec.CdfPoint(point.getKey(), point.getValue()));
        }
        if (lastShare != Fraction.WHOLE) {
            report.problem("the distribution does not end at 100%.", "Give the largest size the share 100%.");
            return Optional.empty();
        }
        return Optional.of(new SizeSpec.Empirical(points));
    }
}
