package org.bpfsim.tcp.sock;

/**
 * The cgroup of a socket, as far as the stack needs to know it: it carries the programs that are called for the
 * sockets created in it. Hierarchy, inheritance and attachment belong to whoever implements it.
 */
public interface Cgroup {
    /** A path such as {@code /arms/treatment}. */
    String path();

    /** The {@code sock_ops} programs in effect here as one hook, or null if there are none. */
    SockOps sockOps();

    /** The programs on socket options in effect here, or null if there are none. */
    default SockoptHook sockopts() {
        return null;
    }
}
