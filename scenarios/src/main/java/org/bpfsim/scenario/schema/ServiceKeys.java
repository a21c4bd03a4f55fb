package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bpfsim.scenario.model.AllReduce;
import org.bpfsim.scenario.model.ArrivalSpec;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.PartitionAggregate;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.scenario.model.Storage;
import org.bpfsim.scenario.model.TimeSpec;
import org.bpfsim.scenario.model.WorkloadSpec;

/** Workloads of {@code workload} whose applications talk in frames. */
final class ServiceKeys {

    private static final ScalarType<Integer> HOST = Scalars.integer(0, Integer.MAX_VALUE);
    private static final Key<List<Integer>> CLIENTS = Key.maybe(
            "clients", new ListType<>(HOST), "all hosts but the `servers`", "The hosts that ask, by number.", "[0, 1]");
    private static final Key<List<Integer>> SERVERS = Key.maybe(
            "servers",
            new ListType<>(HOST),
            "whom `peers` says",
            "The hosts that answer, by number; a client asks each with the same probability.",
            "[2, 3]");
    private static final Key<ArrivalSpec> ARRIVALS_KEY =
            Key.required("arrivals", TimeKeys.ARRIVALS, "When clients ask.", "{rate: 20k/s}");
    private static final Key<SizeSpec> REQUEST =
            Key.maybe("request", WorkloadKeys.SIZES, "`fixed: 100B`", "Payload of a request.", "{fixed: 100B}");
    private static final Key<SizeSpec> RESPONSE =
            Key.required("response", WorkloadKeys.SIZES, "Payload of an answer.", "{fixed: 4KB}");
    private static final Key<TimeSpec> WORK =
            Key.maybe("work", TimeKeys.TIMES, "none", "What the server computes for a request.", "{exponential: 10us}");

    static final RecordType<WorkloadSpec> REQUEST_RESPONSE = RecordType.checked(
            "Request-response",
            "Clients ask servers in frames (descriptor, header, payload) over connections that they keep. The latency of a"
                    + " request runs from the moment at which the client wants to ask to the last byte of the answer that"
                    + " it reads.",
            StyleKeys.with(
                    ARRIVALS_KEY,
                    RESPONSE,
                    REQUEST,
                    WORK,
                    CLIENTS,
                    SERVERS,
                    WorkloadKeys.PEERS,
                    WorkloadKeys.FAMILY,
                    WorkloadKeys.PORT),
            f -> StyleKeys.style(f).flatMap(style -> requestResponse(f, style)));

    private static final Key<List<Integer>> AGGREGATORS =
            Key.required("aggregators", new ListType<>(HOST), "The hosts that ask, by number.", "[0]");
    private static final Key<List<Integer>> WORKERS =
            Key.maybe("workers", new ListType<>(HOST), "all hosts", "The hosts that answer, by number.", "[1, 2, 3]");
    private static final Key<Integer> FAN_OUT = Key.required(
            "fan-out", Scalars.integer(1, 65_535), "Workers that a query asks, drawn anew for each query.", "32");
    private static final Key<Long> DEADLINE = Key.maybe(
            "deadline",
            Units.positiveDuration(),
            "none",
            "A query that takes longer, or fails, has missed it; the answers are waited for all the same.",
            "10ms");

    static final RecordType<WorkloadSpec> PARTITION_AGGREGATE = RecordType.checked(
            "Partition-aggregate",
            "An aggregator asks many workers at once and needs the answers of all. The query completion time runs to the last"
                    + " byte of the last answer. The query is the unit that an arm takes: it goes over connections of its"
                    + " arm.",
            StyleKeys.with(
                    AGGREGATORS,
                    FAN_OUT,
                    ARRIVALS_KEY,
                    RESPONSE,
                    REQUEST,
                    WORK,
                    WORKERS,
                    DEADLINE,
                    WorkloadKeys.FAMILY,
                    WorkloadKeys.PORT),
            f -> StyleKeys.style(f).flatMap(style -> partitionAggregate(f, style)));

    private static final Key<List<Integer>> STORES = Key.required(
            "servers",
            new ListType<>(HOST),
            "The hosts that store, by number; each is asked with the same probability.",
            "[4, 5, 6]");
    private static final Key<Integer> REPLICAS = Key.optional(
            "replicas",
            Scalars.integer(1, 100),
            "1",
            "Servers that store a block: the one that is asked passes it on to those that follow in the list, and answers"
                    + " when all have it.");
    private static final Key<Fraction> READS =
            Key.optional("reads", Units.fraction(0, 100), "50%", "Requests that read; the others write.");
    private static final Key<SizeSpec> BLOCK =
            Key.required("block", WorkloadKeys.SIZES, "Payload of a block.", "{fixed: 64KiB}");
    private static final Key<TimeSpec> DEVICE = Key.maybe(
            "work",
            TimeKeys.TIMES,
            "none",
            "What a server computes for a block that it reads or writes.",
            "{exponential: 10us}");

    static final RecordType<WorkloadSpec> STORAGE = RecordType.checked(
            "Storage",
            "Clients read and write blocks. With `load`, all requests count as if they were reads.",
            StyleKeys.with(
                    STORES,
                    ARRIVALS_KEY,
                    BLOCK,
                    REPLICAS,
                    READS,
                    DEVICE,
                    CLIENTS,
                    WorkloadKeys.FAMILY,
                    WorkloadKeys.PORT),
            f -> StyleKeys.style(f).flatMap(style -> storage(f, style)));

    private static final Key<List<Integer>> RING = Key.maybe(
            "hosts",
            new ListType<>(HOST),
            "all hosts",
            "The hosts of the ring by number, in its order.",
            "[0, 1, 2, 3]");
    private static final Key<Long> DATA =
            Key.required("size", Units.size(), "What each host has to be summed up.", "100MB");
    private static final Key<TimeSpec> COMPUTE = Key.maybe(
            "compute",
            TimeKeys.TIMES,
            "none",
            "What each host computes before it sends, in each iteration.",
            "{fixed: 5ms}");
    private static final Key<Long> ITERATIONS =
            Key.maybe("iterations", Scalars.longInteger(1, 1_000_000_000), "until the run ends", "Of each job.", "10");
    private static final Key<Integer> JOBS = Key.optional(
            "jobs",
            Scalars.integer(1, 1000),
            "1",
            "Jobs at the same time, each with a ring of its own over these hosts.");
    private static final Key<Long> RING_START =
            Key.optional("start", Units.duration(), "0", "When the first iteration begins.");

    static final RecordType<WorkloadSpec> ALL_REDUCE = RecordType.checked(
            "All-reduce",
            "Hosts sum up their data around a ring: 2(N-1) steps, in each of which every host sends an N-th of the data to the"
                    + " next. An iteration begins when the one before has ended on all hosts; its time includes what hosts"
                    + " compute. The job is the unit that an arm takes.",
            StyleKeys.with(DATA, RING, COMPUTE, ITERATIONS, JOBS, RING_START, WorkloadKeys.FAMILY, WorkloadKeys.PORT),
            f -> StyleKeys.style(f).flatMap(style -> allReduce(f, style)));

    private ServiceKeys() {}

    private static Optional<WorkloadSpec> partitionAggregate(Fields f, RpcStyle style) {
        SizeSpec request = f.find(REQUEST).orElse(new SizeSpec.Fixed(100));
        if (!fits(f, REQUEST, request) | !fits(f, RESPONSE, f.get(RESPONSE))) {
            return Optional.empty();
        }
        return Optional.of(new PartitionAggregate(
                f.get(AGGREGATORS),
                f.find(WORKERS).orElse(List.of()),
                f.get(FAN_OUT),
                f.get(ARRIVALS_KEY),
                request,
                f.get(RESPONSE),
                f.find(WORK).orElse(new TimeSpec.Fixed(0)),
                f.find(DEADLINE).map(OptionalLong::of).orElse(OptionalLong.empty()),
                style,
                f.get(WorkloadKeys.FAMILY),
                f.get(WorkloadKeys.PORT)));
    }

    private static Optional<WorkloadSpec> storage(Fields f, RpcStyle style) {
        if (!fits(f, BLOCK, f.get(BLOCK))) {
            return Optional.empty();
        }
        if (f.get(REPLICAS) > f.get(STORES).size()) {
            f.problem(
                    REPLICAS,
                    f.get(REPLICAS) + " replicas need as many servers.",
                    "Write at most " + f.get(STORES).size() + ", or name more `servers`.");
            return Optional.empty();
        }
        return Optional.of(new Storage(
                f.find(CLIENTS).orElse(List.of()),
                f.get(STORES),
                f.get(REPLICAS),
                f.get(READS),
                f.get(ARRIVALS_KEY),
                f.get(BLOCK),
                f.find(DEVICE).orElse(new TimeSpec.Fixed(0)),
                style,
                f.get(WorkloadKeys.FAMILY),
                f.get(WorkloadKeys.PORT)));
    }

    private static Optional<WorkloadSpec> allReduce(Fields f, RpcStyle style) {
        if (f.get(DATA) > StyleKeys.MOST_FRAME_BYTES) {
            f.problem(DATA, "`size` is larger than 1GB.", "Write at most 1GB; large models are summed up in parts.");
            return Optional.empty();
        }
        return Optional.of(new AllReduce(
                f.find(RING).orElse(List.of()),
                f.get(DATA),
                f.find(COMPUTE).orElse(new TimeSpec.Fixed(0)),
                f.find(ITERATIONS).map(OptionalLong::of).orElse(OptionalLong.empty()),
                f.get(JOBS),
                f.get(RING_START),
                style,
                f.get(WorkloadKeys.FAMILY),
                f.get(WorkloadKeys.PORT)));
    }

    private static Optional<WorkloadSpec> requestResponse(Fields f, RpcStyle style) {
        SizeSpec request = f.find(REQUEST).orElse(new SizeSpec.Fixed(100));
        if (!fits(f, REQUEST, request) | !fits(f, RESPONSE, f.get(RESPONSE))) {
            return Optional.empty();
        }
        return Optional.of(new RequestResponse(
                f.find(CLIENTS).orElse(List.of()),
                f.find(SERVERS).orElse(List.of()),
                f.get(WorkloadKeys.PEERS),
                f.get(ARRIVALS_KEY),
                request,
                f.get(RESPONSE),
                f.find(WORK).orElse(new TimeSpec.Fixed(0)),
                style,
                f.get(WorkloadKeys.FAMILY),
                f.get(WorkloadKeys.PORT)));
    }

    /** A frame's payload is told by 32 bits. */
    private static boolean fits(Fields f, Key<SizeSpec> key, SizeSpec sizes) {
        long largest = sizes.match(new SizeSpec.Cases<>() {
            @Override
            public Long empirical(SizeSpec.Empirical s) {
                return s.points().get(s.points().size() - 1).bytes();
            }

            @Override
            public Long fixed(SizeSpec.Fixed s) {
                return s.bytes();
            }

            @Override
            public Long uniform(SizeSpec.Uniform s) {
                return s.maxBytes();
            }
        });
        if (largest > StyleKeys.MOST_FRAME_BYTES) {
            f.problem(key, "`" + key.name() + "` is larger than 1GB.", "Use `bulk` for larger transfers.");
            return false;
        }
        return true;
    }
}
