package org.bpfsim.scenario.model;

import java.util.List;

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

    /** An end of a connection. */
    public enum Side {
        CLIENT,
        SERVER,
        BOTH
    }
}
