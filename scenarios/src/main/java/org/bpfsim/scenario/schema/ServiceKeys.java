package org.bpfsim.scenario.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.bpfsim.tcp.rpc.RpcFraming;

/** Workloads of {@code workload} whose applications talk in frames. */
final class ServiceKeys {
    private static final long MOST_HEADER_BYTES = 65_536;
    private static final long MOST_FRAME_BYTES = 1_000_000_000;
    private static final int MOST_THREADS = 1024;

    private static final Key<Long> MIN = Key.required("min", Units.duration(), "Shortest time.", "5us");
    private static final Key<Long> MAX = Key.required("max", Units.duration(), "Longest time.", "20us");
    private static final RecordType<TimeSpec> UNIFORM = RecordType.checked(
            "Uniform times", "Every time between two bounds with the same probability.", List.of(MIN, MAX), f -> {
                if (f.get(MIN) > f.get(MAX)) {
                    f.problem(MAX, "`max` is shorter than `min`.", "Exchange the two.");
                    return Optional.empty();
                }
                return Optional.of(new TimeSpec.Uniform(f.get(MIN), f.get(MAX)));
            });
    private static final OneOf<TimeSpec> TIMES = new OneOf<>(
            "Times",
            "How long something takes, each time anew.",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "fixed",
                            new Converted<Long, TimeSpec>(
                                    Units.duration(), (ps, report) -> Optional.of(new TimeSpec.Fixed(ps))),
                            "Always the same.",
                            "10us"),
                    new OneOf.Form<>("uniform", UNIFORM, "Between two bounds.", "{min: 5us, max: 20us}"),
                    new OneOf.Form<>(
                            "exponential",
                            new Converted<Long, TimeSpec>(
                                    Units.positiveDuration(),
                                    (ps, report) -> Optional.of(new TimeSpec.Exponential(ps))),
                            "Exponential; the value is the mean.",
                            "10us")));

    private static final Key<Integer> USERS =
            Key.required("users", Scalars.integer(1, 1_000_000), "How many, on each client host.", "16");
    private static final Key<TimeSpec> THINK =
            Key.maybe("think", TIMES, "no time", "From an answer to the user's next request.", "{exponential: 1ms}");
    private static final RecordType<ArrivalSpec> CLOSED = RecordType.of(
            "Closed loop",
            "Users, each of whom asks, waits for the answer, thinks, and asks again.",
            List.of(USERS, THINK),
            f -> new ArrivalSpec.Closed(f.get(USERS), f.find(THINK).orElse(new TimeSpec.Fixed(0))));

    static final OneOf<ArrivalSpec> ARRIVALS = new OneOf<>(
            "Arrivals",
            "When clients ask. With `rate` and `load` they ask at random times (Poisson), whether answers have come or not"
                    + " (an open loop).",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "rate",
                            new Converted<Long, ArrivalSpec>(
                                    Units.frequency(), (hz, report) -> Optional.of(new ArrivalSpec.Rate(hz))),
                            "So often from each client host.",
                            "20k/s"),
                    new OneOf.Form<>(
                            "load",
                            new Converted<>(Units.fraction(0, 150), (share, report) -> {
                                if (share.partsPerBillion() == 0) {
                                    report.problem("load 0 asks nothing.", "Write a share above zero.");
                                    return Optional.empty();
                                }
                                return Optional.of(new ArrivalSpec.Load(share));
                            }),
                            "So often that the answers to a client host are this share of its link's rate, payload and"
                                    + " headers.",
                            "30%"),
                    new OneOf.Form<>("closed", CLOSED, "A closed loop.", "{users: 16, think: {exponential: 1ms}}")));

    private static final Key<RpcStyle.Side> SIDE = Key.optional(
            "side",
            Scalars.choice(Scalars.words(RpcStyle.Side.class, s -> s.name().toLowerCase(Locale.ROOT))),
            "both",
            "Whose socket.");
    private static final Key<Integer> LEVEL = Key.required(
            "level",
            Scalars.number32(Map.of("SOL_IP", 0, "SOL_SOCKET", 1, "SOL_TCP", 6, "SOL_IPV6", 41)),
            "As in `setsockopt()`.",
            "SOL_TCP");
    private static final Key<Integer> NAME =
            Key.required("name", Scalars.number32(optionNames()), "The option.", "TCP_NODELAY");
    private static final Key<Integer> VALUE = Key.optional("value", Scalars.number32(Map.of()), "1", "An integer.");
    private static final RecordType<RpcStyle.OptionSpec> OPTION = RecordType.of(
            "Socket option",
            "A call of `setsockopt()` when a connection is established, through the `cgroup/setsockopt` programs of its"
                    + " arm. Where the kernel or a program refuses it, the application goes on without.",
            List.of(SIDE, LEVEL, NAME, VALUE),
            f -> new RpcStyle.OptionSpec(f.get(SIDE), f.get(LEVEL), f.get(NAME), f.get(VALUE)));

    private static final Key<Long> PIECE_BYTES =
            Key.required("bytes", Units.size(), "What is written with one call.", "4KB");
    private static final Key<Long> PIECE_GAP =
            Key.optional("gap", Units.duration(), "0", "From one such call to the next.");

    private record Pieces(long bytes, long gapPs) {}

    private static final RecordType<Pieces> PIECES = RecordType.checked(
            "Pieces", "A frame is written bit by bit, as it is made.", List.of(PIECE_BYTES, PIECE_GAP), f -> {
                if (f.get(PIECE_BYTES) > MOST_FRAME_BYTES) {
                    f.problem(PIECE_BYTES, "a piece is larger than 1GB.", "Leave `pieces` out to write whole frames.");
                    return Optional.empty();
                }
                return Optional.of(new Pieces(f.get(PIECE_BYTES), f.get(PIECE_GAP)));
            });

    private static final Key<RpcStyle.At> AT = Key.optional(
            "at",
            Scalars.choice(Scalars.words(RpcStyle.At.class, a -> a.name().toLowerCase(Locale.ROOT))),
            "client",
            "Where it runs: on each client's host, on each server's (both talk to it over `lo`), or on one `host`.");
    private static final Key<Integer> PROXY_HOST = Key.maybe(
            "host", Scalars.integer(0, Integer.MAX_VALUE), "none", "The proxy's host by number, with `at: host`.", "3");
    private static final Key<Integer> PROXY_PORT = Key.optional(
            "port",
            Scalars.integer(1, 60_000),
            "15001",
            "Where it listens for `control`; the arms follow: 15002, 15003, ...");
    private static final Key<Integer> PROXY_THREADS =
            Key.optional("threads", Scalars.integer(1, MOST_THREADS), "1", "Of the proxy, on each host and per arm.");
    private static final RecordType<RpcStyle.ProxySpec> PROXY = RecordType.checked(
            "Proxy",
            "A program that accepts the clients' connections, opens one of its own to the server for each, and relays bytes"
                    + " between the two with `read()` and `write()`, with `TCP_NODELAY`. Its sockets live in the cgroup of the arm.",
            List.of(AT, PROXY_HOST, PROXY_PORT, PROXY_THREADS),
            f -> {
                boolean isHost = f.get(AT) == RpcStyle.At.HOST;
                if (isHost != f.find(PROXY_HOST).isPresent()) {
                    f.problem(
                            isHost ? AT : PROXY_HOST,
                            isHost ? "`at: host` needs a `host`." : "`host` is for `at: host`.",
                            isHost ? "Add for example `host: 3`." : "Write `at: host`, or remove `host`.");
                    return Optional.empty();
                }
                return Optional.of(new RpcStyle.ProxySpec(
                        f.get(AT), f.find(PROXY_HOST).orElse(0), f.get(PROXY_PORT), f.get(PROXY_THREADS)));
            });
    private static final Key<RpcStyle.ProxySpec> PROXY_KEY =
            Key.maybe("proxy", PROXY, "none", "What connections go through.", "{at: client}");

    private static final Key<Integer> CONNECTIONS = Key.optional(
            "connections",
            Scalars.integer(1, 10_000),
            "1",
            "Connections that a client host keeps to a server, opened when first used. A request takes one of them at"
                    + " random. The connection is the unit that an arm takes.");
    private static final Key<Boolean> REUSE = Key.optional(
            "reuse",
            Scalars.bool(),
            "true",
            "`false`: every request has a connection of its own, which counts to its latency; then the request is the"
                    + " unit that an arm takes.");
    private static final Key<Integer> PIPELINING = Key.optional(
            "pipelining",
            Scalars.integer(1, 1_000_000),
            "1",
            "Requests that may be on their way on a connection at the same time; others wait for their turn.");
    private static final Key<Long> HEADER = Key.optional(
            "header",
            Units.size(),
            "24B",
            "Header of each frame, behind its 8 bytes of descriptor; at least 24B, in which a request says what it asks"
                    + " for.");
    private static final Key<Pieces> PIECES_KEY =
            Key.maybe("pieces", PIECES, "whole frames", "Cuts what is written.", "{bytes: 4KB, gap: 10us}");
    private static final Key<Integer> CLIENT_THREADS = Key.optional(
            "client-threads",
            Scalars.integer(1, MOST_THREADS),
            "1",
            "Of the client application, on each host and per arm.");
    private static final Key<Integer> SERVER_THREADS = Key.optional(
            "server-threads",
            Scalars.integer(1, MOST_THREADS),
            "1",
            "Of the server application, on each host and per arm; connections are given to them in turn.");
    private static final Key<List<RpcStyle.OptionSpec>> OPTIONS = Key.maybe(
            "options",
            new ListType<>(OPTION),
            "none",
            "Options that applications set on their sockets.",
            "[{level: SOL_TCP, name: TCP_NODELAY}]");

    private static final List<Key<?>> STYLE = List.of(
            CONNECTIONS, REUSE, PIPELINING, HEADER, PIECES_KEY, CLIENT_THREADS, SERVER_THREADS, PROXY_KEY, OPTIONS);

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
            Key.required("arrivals", ARRIVALS, "When clients ask.", "{rate: 20k/s}");
    private static final Key<SizeSpec> REQUEST =
            Key.maybe("request", WorkloadKeys.SIZES, "`fixed: 100B`", "Payload of a request.", "{fixed: 100B}");
    private static final Key<SizeSpec> RESPONSE =
            Key.required("response", WorkloadKeys.SIZES, "Payload of an answer.", "{fixed: 4KB}");
    private static final Key<TimeSpec> WORK =
            Key.maybe("work", TIMES, "none", "What the server computes for a request.", "{exponential: 10us}");

    static final RecordType<WorkloadSpec> REQUEST_RESPONSE = RecordType.checked(
            "Request-response",
            "Clients ask servers in frames (descriptor, header, payload) over connections that they keep. The latency of a"
                    + " request runs from the moment at which the client wants to ask to the last byte of the answer that"
                    + " it reads.",
            with(
                    STYLE,
                    ARRIVALS_KEY,
                    RESPONSE,
                    REQUEST,
                    WORK,
                    CLIENTS,
                    SERVERS,
                    WorkloadKeys.PEERS,
                    WorkloadKeys.FAMILY,
                    WorkloadKeys.PORT),
            f -> style(f).flatMap(style -> requestResponse(f, style)));

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
            with(
                    STYLE,
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
            f -> style(f).flatMap(style -> partitionAggregate(f, style)));

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
            TIMES,
            "none",
            "What a server computes for a block that it reads or writes.",
            "{exponential: 10us}");

    static final RecordType<WorkloadSpec> STORAGE = RecordType.checked(
            "Storage",
            "Clients read and write blocks. With `load`, all requests count as if they were reads.",
            with(
                    STYLE,
                    STORES,
                    ARRIVALS_KEY,
                    BLOCK,
                    REPLICAS,
                    READS,
                    DEVICE,
                    CLIENTS,
                    WorkloadKeys.FAMILY,
                    WorkloadKeys.PORT),
            f -> style(f).flatMap(style -> storage(f, style)));

    private static final Key<List<Integer>> RING = Key.maybe(
            "hosts",
            new ListType<>(HOST),
            "all hosts",
            "The hosts of the ring by number, in its order.",
            "[0, 1, 2, 3]");
    private static final Key<Long> DATA =
            Key.required("size", Units.size(), "What each host has to be summed up.", "100MB");
    private static final Key<TimeSpec> COMPUTE = Key.maybe(
            "compute", TIMES, "none", "What each host computes before it sends, in each iteration.", "{fixed: 5ms}");
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
            with(STYLE, DATA, RING, COMPUTE, ITERATIONS, JOBS, RING_START, WorkloadKeys.FAMILY, WorkloadKeys.PORT),
            f -> style(f).flatMap(style -> allReduce(f, style)));

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
        if (f.get(DATA) > MOST_FRAME_BYTES) {
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

    private static Optional<RpcStyle> style(Fields f) {
        long header = f.get(HEADER);
        if (header < RpcFraming.MIN_HEADER_BYTES || header > MOST_HEADER_BYTES) {
            f.problem(
                    HEADER,
                    "a header of " + header + "B is too " + (header < MOST_HEADER_BYTES ? "small." : "large."),
                    "Write 24B to 64KiB.");
            return Optional.empty();
        }
        Optional<Pieces> pieces = f.find(PIECES_KEY);
        return Optional.of(new RpcStyle(
                f.get(CONNECTIONS),
                f.get(REUSE),
                f.get(PIPELINING),
                (int) header,
                pieces.map(p -> (int) p.bytes).orElse(0),
                pieces.map(Pieces::gapPs).orElse(0L),
                f.get(CLIENT_THREADS),
                f.get(SERVER_THREADS),
                f.find(PROXY_KEY),
                f.find(OPTIONS).orElse(List.of())));
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
        if (largest > MOST_FRAME_BYTES) {
            f.problem(key, "`" + key.name() + "` is larger than 1GB.", "Use `bulk` for larger transfers.");
            return false;
        }
        return true;
    }

    private static List<Key<?>> with(List<Key<?>> common, Key<?>... own) {
        List<Key<?>> keys = new ArrayList<>(List.of(own));
        keys.addAll(common);
        return keys;
    }

    /** Options by Linux's names (include/uapi/linux/tcp.h, include/uapi/asm-generic/socket.h). */
    private static Map<String, Integer> optionNames() {
        Map<String, Integer> names = new LinkedHashMap<>();
        names.put("TCP_NODELAY", 1);
        names.put("TCP_CORK", 3);
        names.put("TCP_QUICKACK", 12);
        names.put("TCP_NOTSENT_LOWAT", 25);
        names.put("SO_SNDBUF", 7);
        names.put("SO_RCVBUF", 8);
        names.put("SO_PRIORITY", 12);
        names.put("SO_RCVLOWAT", 18);
        names.put("SO_MARK", 36);
        names.put("SO_MAX_PACING_RATE", 47);
        return names;
    }
}
