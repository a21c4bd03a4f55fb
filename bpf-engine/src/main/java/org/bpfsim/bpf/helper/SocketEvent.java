package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.map.MapSocket;

/** A context of something that happens to a socket, such as a {@code sock_ops} call. */
public interface SocketEvent {
    /** The socket, or null if it is none that maps can hold. */
    MapSocket mapSocket();

    /**
     * Whether the socket may be put into a map now: it became established or began to listen (Linux 6.12:
     * sock_map_op_okay() in net/core/sock_map.c).
     */
    boolean mayJoinMaps();
}
