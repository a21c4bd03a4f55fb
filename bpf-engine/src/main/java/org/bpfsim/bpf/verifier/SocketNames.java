package org.bpfsim.bpf.verifier;

import java.util.Set;

/** Structs that begin with a {@code sock_common}, for kernels that do not describe it. */
final class SocketNames {
    private static final Set<String> NAMES = Set.of(
            "sock_common",
            "sock",
            "inet_sock",
            "inet_connection_sock",
            "tcp_sock",
            "tcp6_sock",
            "udp_sock",
            "udp6_sock",
            "tcp_request_sock",
            "tcp_timewait_sock",
            "mptcp_sock",
            "unix_sock");

    private SocketNames() {}

    static boolean isSocket(String struct) {
        return NAMES.contains(struct);
    }
}
