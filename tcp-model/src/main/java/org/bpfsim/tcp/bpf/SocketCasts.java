package org.bpfsim.tcp.bpf;

import java.util.function.Function;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TimeWaitSock;

/**
 * The helpers {@code bpf_skc_to_*}: a socket as the struct that it is, NULL if it is another (Linux 6.12: net/core/filter.c, and
 * bpf_mptcp_sock_from_subflow() in net/mptcp/bpf.c). All sockets of hosts are TCP's, none of them a subflow of MPTCP.
 */
final class SocketCasts {
    private SocketCasts() {}

    /** Gives them to a family of programs. */
    static ProgramFamily.Builder add(ProgramFamily.Builder family) {
        cast(family, "bpf_skc_to_tcp_sock", TcpSockType.TCP_SOCK, SocketCasts::tcp);
        cast(family, "bpf_skc_to_tcp6_sock", SocketKinds.TCP6_SOCK, SocketCasts::tcp6);
        cast(
                family,
                "bpf_skc_to_tcp_timewait_sock",
                SocketKinds.TCP_TIMEWAIT_SOCK,
                sk -> sk instanceof TimeWaitSock tw ? tw : null);
        cast(
                family,
                "bpf_skc_to_tcp_request_sock",
                SocketKinds.TCP_REQUEST_SOCK,
                sk -> sk instanceof RequestSock req ? req : null);
        none(family, "bpf_skc_to_udp6_sock");
        none(family, "bpf_skc_to_unix_sock");
        none(family, "bpf_skc_to_mptcp_sock");
        return family;
    }

    /** The socket at an address, whichever struct the program sees it as; null for NULL. */
    static SockCommon socket(HelperCall call, long address) {
        if (address == 0) {
            return null;
        } else if (call.anyObject(address) instanceof SockCommon sk) {
            return sk;
        }
        throw call.fault("the argument is not a pointer to a socket");
    }

    /** The full TCP socket at an address, or null. */
    static TcpSock tcpSock(HelperCall call, long address) {
        return tcp(socket(call, address));
    }

    private static TcpSock tcp(SockCommon sk) {
        return sk instanceof TcpSock tcp ? tcp : null;
    }

    private static TcpSock tcp6(SockCommon sk) {
        return sk instanceof TcpSock tcp && tcp.family() == IpAddress.AF_INET6 ? tcp : null;
    }

    private static <T> void cast(
            ProgramFamily.Builder family, String name, StructType<T> type, Function<SockCommon, T> as) {
        family.helper(name, (c, sk, r2, r3, r4, r5) -> c.ofObject(as.apply(socket(c, sk)), type));
    }

    /** To a kind of socket that hosts do not have. */
    private static void none(ProgramFamily.Builder family, String name) {
        family.helper(name, (c, sk, r2, r3, r4, r5) -> {
            socket(c, sk);
            return 0;
        });
    }
}
