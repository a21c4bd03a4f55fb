package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.packet.PacketFamilies;
import org.bpfsim.bpf.packet.SkBuff;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.socket.SocketView;
import org.bpfsim.bpf.sockmap.SkMsg;
import org.bpfsim.bpf.sockopt.CgroupSockopt;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;

/** The engine's families of programs on sockets, with what simulated sockets add to them. */
final class SocketFamilies {
    private static final SocketView<SockCommon> SOCKETS = new SocketView<>(UapiTypes.BPF_SOCK);

    /** Programs on what sockets of a sockmap send. */
    static final ProgramFamily SK_MSG = SocketCasts.add(SkMsg.family(SOCKETS))
            .helper("bpf_get_cgroup_classid", SocketFamilies::classid)
            .build();

    /** Programs on what sockets of a sockmap receive. */
    static final ProgramFamily SK_SKB = SocketLookup.add(SocketCasts.add(PacketFamilies.skSkb(SkBuff.of(SOCKETS))))
            .build();

    /** Programs on socket options (Linux 6.12: cg_sockopt_func_proto() in kernel/bpf/cgroup.c). */
    static final ProgramFamily CGROUP_SOCKOPT = CgroupSockopt.family(SOCKETS)
            .helper(
                    "bpf_setsockopt",
                    (c, sk, level, name, value, length) ->
                            BpfSockOpt.set(c, socket(c, sk), (int) level, (int) name, value, (int) length))
            .helper(
                    "bpf_getsockopt",
                    (c, sk, level, name, value, length) ->
                            BpfSockOpt.get(c, socket(c, sk), (int) level, (int) name, value, (int) length))
            .helper("bpf_get_cgroup_classid", SocketFamilies::classid)
            .helper("bpf_tcp_sock", (c, sk, r2, r3, r4, r5) -> c.ofObject(socket(c, sk), UapiTypes.BPF_TCP_SOCK))
            .build();

    private SocketFamilies() {}

    /** Of the task that runs, in the hierarchy net_cls of cgroup v1: hosts have none, so that it is 0. */
    private static long classid(HelperCall call, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    private static TcpSock socket(HelperCall call, long address) {
        return SocketCasts.tcpSock(call, address);
    }
}
