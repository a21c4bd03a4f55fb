package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Helpers that look for sockets of the host by addresses and ports, and tell whose they are (Linux 6.12: __bpf_skc_lookup(),
 * bpf_sk_lookup(), bpf_get_socket_uid() in net/core/filter.c). What is found lives as long as the program runs: references are the
 * verifier's business alone.
 */
final class SocketLookup {
    /** Bytes of struct bpf_sock_tuple's members ipv4 and ipv6 (include/uapi/linux/bpf.h). */
    private static final int IPV4_BYTES = 12;

    private static final int IPV6_BYTES = 36;
    /** Linux's DEFAULT_OVERFLOWUID (include/linux/highuid.h): nobody. */
    private static final long OVERFLOW_UID = 65_534;

    private SocketLookup() {}

    /** Gives them to a family whose context is a packet. */
    static ProgramFamily.Builder add(ProgramFamily.Builder family) {
        return family.helper(
                        "bpf_skc_lookup_tcp",
                        (c, ctx, tuple, length, netns, flags) ->
                                c.ofObject(find(c, tuple, (int) length, netns, flags), UapiTypes.BPF_SOCK))
                .helper(
                        "bpf_sk_lookup_tcp",
                        (c, ctx, tuple, length, netns, flags) ->
                                c.ofObject(full(find(c, tuple, (int) length, netns, flags)), UapiTypes.BPF_SOCK))
                // Hosts have no UDP sockets.
                .helper("bpf_sk_lookup_udp", (c, ctx, tuple, length, netns, flags) -> 0)
                // Processes of hosts are root's.
                .helper(
                        "bpf_get_socket_uid",
                        (c, ctx, b, d, e, f) ->
                                c.context() instanceof PacketBuffer skb && skb.socket() instanceof TcpSock
                                        ? 0
                                        : OVERFLOW_UID);
    }

    /** A host is one network namespace, which has no number of its own: only the current one can be asked for. */
    private static SockCommon find(HelperCall call, long tuple, int length, long netns, long flags) {
        if (flags != 0 || (int) netns >= 0 || length != IPV4_BYTES && length != IPV6_BYTES) {
            return null;
        }
        boolean v4 = length == IPV4_BYTES;
        int addressBytes = v4 ? 4 : 16;
        long ports = tuple + 2 * addressBytes;
        return ((HostKernel) call.kernel())
                .sockets.lookup(
                        address(call, tuple + addressBytes, v4),
                        port(call, ports + 2),
                        address(call, tuple, v4),
                        port(call, ports));
    }

    private static IpAddress address(HelperCall call, long at, boolean v4) {
        return v4
                ? IpAddress.v4(Integer.reverseBytes((int) call.load(at, 4)))
                : IpAddress.v6(Long.reverseBytes(call.load(at, 8)), Long.reverseBytes(call.load(at + 8, 8)));
    }

    private static int port(HelperCall call, long at) {
        return Short.reverseBytes((short) call.load(at, 2)) & 0xffff;
    }

    /** sk_to_full_sk(): a request stands for the socket that listens; what waits for its end is no full socket. */
    private static TcpSock full(SockCommon sk) {
        if (sk instanceof RequestSock request) {
            return request.rsk_listener;
        }
        return sk instanceof TcpSock tcp ? tcp : null;
    }
}
