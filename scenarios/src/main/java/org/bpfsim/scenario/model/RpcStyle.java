package org.bpfsim.scenario.model;

import java.util.List;
import java.util.Optional;

/**
 * How applications of a workload talk to one another.
 *
 * @param connections of a client to a server, opened when first used; ignored if there is one for each request
 * @param reuse false: each request has a connection of its own
 * @param pipelining requests that may be on their way on a connection at the same time
 * @param headerBytes of each frame's header
 * @param pieceBytes of each write; 0 for a whole frame
 * @param pieceGapPs from one such write to the next
 * @param clientThreads of the application on each client host, per arm
 * @param serverThreads of the application on each server host, per arm
 * @param proxy through which connections go, if any
 * @param options that both ends set when a connection is established
 */
public record RpcStyle(
        int connections,
        boolean reuse,
        int pipelining,
        int headerBytes,
        int pieceBytes,
        long pieceGapPs,
        int clientThreads,
        int serverThreads,
        Optional<ProxySpec> proxy,
        List<OptionSpec> options) {
    public RpcStyle {
        options = List.copyOf(options);
    }

    /**
     * A call of setsockopt() with an integer.
     *
     * @param side whose socket
     */
    public record OptionSpec(Side side, int level, int name, int value) {}

    /**
     * A proxy that relays between a client's connection and one of its own to the server.
     *
     * @param at where it runs
     * @param host where it runs if that is a host by number, else ignored
     * @param port on which it listens for control; the arms follow
     * @param threads of the proxy on each host, per arm
     */
    public record ProxySpec(At at, int host, int port, int threads) {
        /** The host of a proxy, for a client and a server. */
        public int hostFor(int client, int server) {
            return switch (at) {
                case CLIENT -> client;
                case SERVER -> server;
                case HOST -> host;
            };
        }
    }

    /** Where a proxy runs. */
    public enum At {
        /** On the client's host: a sidecar for what goes out. */
        CLIENT,
        /** On the server's host: a sidecar for what comes in. */
        SERVER,
        /** On a host by number. */
        HOST
    }

    /** An end of a connection. */
    public enum Side {
        CLIENT,
        SERVER,
        BOTH
    }
}
