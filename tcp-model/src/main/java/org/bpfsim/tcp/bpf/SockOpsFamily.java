package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Programs of type {@code BPF_PROG_TYPE_SOCK_OPS}: what they may call (Linux 6.12, {@code sock_ops_func_proto()} in
 * net/core/filter.c). Header options, sockmaps and perf events are not modelled yet.
 */
final class SockOpsFamily {
    /** BPF_SOCK_OPS_ALL_CB_FLAGS. */
    private static final int ALL_CB_FLAGS = 0x7f;

    private static final int MODELLED_CB_FLAGS = SockOps.BPF_SOCK_OPS_RTO_CB_FLAG
            | SockOps.BPF_SOCK_OPS_RETRANS_CB_FLAG
            | SockOps.BPF_SOCK_OPS_STATE_CB_FLAG
            | SockOps.BPF_SOCK_OPS_RTT_CB_FLAG;

    static final ProgramFamily FAMILY = ProgramFamily.builder("sock_ops")
            .section("sockops")
            .section("sockops/")
            .context(SockOpsContext.BPF_SOCK_OPS)
            .helper(
                    "bpf_setsockopt",
                    (c, ctx, level, name, value, length) ->
                            BpfSockOpt.set(c, full(c, ctx), (int) level, (int) name, value, (int) length))
            .helper(
                    "bpf_getsockopt",
                    (c, ctx, level, name, value, length) ->
                            BpfSockOpt.get(c, full(c, ctx), (int) level, (int) name, value, (int) length))
            .helper("bpf_sock_ops_cb_flags_set", (c, ctx, flags, r3, r4, r5) -> flagsSet(c, full(c, ctx), (int) flags))
            .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
            .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
            .helper("bpf_tcp_sock", (c, sk, r2, r3, r4, r5) -> c.ofObject(tcpSock(c, sk), UapiTypes.BPF_TCP_SOCK))
            .helper("bpf_skc_to_tcp_sock", (c, sk, r2, r3, r4, r5) -> c.ofObject(tcpSock(c, sk), TcpSockType.TCP_SOCK))
            .build();

    private SockOpsFamily() {}

    /** The full socket of the context, or null if it is a request socket. */
    private static TcpSock full(HelperCall call, long context) {
        return call.object(context, SockOpsContext.BPF_SOCK_OPS).full;
    }

    /** The full TCP socket at an address, whichever struct the program sees it as, or null. */
    static TcpSock tcpSock(HelperCall call, long address) {
        Object object = address == 0 ? null : call.anyObject(address);
        if (object == null && address != 0 || object != null && !(object instanceof SockCommon)) {
            throw call.fault("the argument is not a pointer to a socket");
        }
        return object instanceof TcpSock sk ? sk : null;
    }

    private static long flagsSet(HelperCall call, TcpSock sk, int flags) {
        if (sk == null) {
            return -Errno.EINVAL;
        }
        setCallbackFlags(call, sk, flags & ALL_CB_FLAGS);
        return flags & ~ALL_CB_FLAGS;
    }

    /** Sets the socket's flags; answers the bits that Linux does not know, in which case nothing was set. */
    static int setCallbackFlags(HelperCall call, TcpSock sk, int flags) {
        int unknown = flags & ~ALL_CB_FLAGS;
        if (unknown != 0) {
            return unknown;
        }
        if ((flags & ~MODELLED_CB_FLAGS) != 0) {
            throw call.fault("the callbacks for TCP header options (flags 0x"
                    + Integer.toHexString(flags & ~MODELLED_CB_FLAGS)
                    + ") are not modelled. Modelled are RTO_CB, RETRANS_CB, STATE_CB and RTT_CB");
        }
        sk.bpf_sock_ops_cb_flags = flags;
        return 0;
    }
}
