package org.bpfsim.scenario.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.tcp.rpc.RpcFraming;
import org.bpfsim.tcp.sock.SockOptions;

/** How applications talk over connections: pools, frames, threads, proxies, socket options; keys of all {@link ServiceKeys}. */
final class StyleKeys {
    private static final long MOST_HEADER_BYTES = 65_536;
    static final long MOST_FRAME_BYTES = 1_000_000_000;
    private static final int MOST_THREADS = 1024;

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

    private static final List<Key<?>> ALL = List.of(
            CONNECTIONS, REUSE, PIPELINING, HEADER, PIECES_KEY, CLIENT_THREADS, SERVER_THREADS, PROXY_KEY, OPTIONS);

    private StyleKeys() {}

    /** These keys behind a workload's own. */
    static List<Key<?>> with(Key<?>... own) {
        List<Key<?>> keys = new ArrayList<>(List.of(own));
        keys.addAll(ALL);
        return keys;
    }

    /** What the keys say, or nothing after a problem was reported. */
    static Optional<RpcStyle> style(Fields f) {
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

    /** Options by Linux's names. */
    static Map<String, Integer> optionNames() {
        Map<String, Integer> names = new LinkedHashMap<>();
        names.put("TCP_NODELAY", SockOptions.TCP_NODELAY);
        names.put("TCP_CORK", SockOptions.TCP_CORK);
        names.put("TCP_QUICKACK", SockOptions.TCP_QUICKACK);
        names.put("TCP_NOTSENT_LOWAT", SockOptions.TCP_NOTSENT_LOWAT);
        names.put("SO_SNDBUF", SockOptions.SO_SNDBUF);
        names.put("SO_RCVBUF", SockOptions.SO_RCVBUF);
        names.put("SO_PRIORITY", SockOptions.SO_PRIORITY);
        names.put("SO_RCVLOWAT", SockOptions.SO_RCVLOWAT);
        names.put("SO_MARK", SockOptions.SO_MARK);
        names.put("SO_MAX_PACING_RATE", SockOptions.SO_MAX_PACING_RATE);
        return names;
    }
}
