package org.bpfsim.scenario.world;

import org.bpfsim.tcp.sock.TcpSock;

/** One flow, from its start to the last word about it. */
final class Flow {
    /** Payload of a flow that never ends. */
    static final long ENDLESS = Long.MAX_VALUE;

    /** Who sends the payload. */
    enum Direction {
        /** The server answers a request. */
        ANSWER,
        /** The client sends, nothing is answered. */
        UPLOAD
    }

    /** What is the same in all variants of a run, so that flows can be compared between them. */
    record Identity(int workload, int client, long number) {}

    final long id;
    final Identity identity;
    final Direction direction;
    final int arm;
    final int server;
    final boolean ipv6;
    final int port;
    final int requestBytes;
    final long bytes;
    final long startPs;
    final boolean measured;

    /** Payload bytes that its receiver has read. */
    long readBytes;
    /** Those of them that were read within the measured interval. */
    long measuredBytes;
    /** When the last of them was read, or -1. */
    long endPs = -1;

    boolean failed;
    /** Nothing about it changes any more. */
    boolean settled;

    TcpSock clientSock;
    TcpSock serverSock;

    Flow(
            long id,
            Identity identity,
            Direction direction,
            int arm,
            int server,
            boolean ipv6,
            int port,
            int requestBytes,
            long bytes,
            long startPs,
            boolean measured) {
        this.id = id;
        this.identity = identity;
        this.direction = direction;
        this.arm = arm;
        this.server = server;
        this.ipv6 = ipv6;
        this.port = port;
        this.requestBytes = requestBytes;
        this.bytes = bytes;
        this.startPs = startPs;
        this.measured = measured;
    }

    /** Lets go of what may be large. */
    void forgetSockets() {
        clientSock = null;
        serverSock = null;
    }

    int client() {
        return identity.client();
    }

    boolean endless() {
        return bytes == ENDLESS;
    }
}
