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
 * net/core/filter.c).
 */
final class SockOpsFamily {
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
                    (c, ctx, level, name, value, length) -> HeaderOptions.isSyn((int) level, (int) name)
                            ? HeaderOptions.getSyn(c, context(c, ctx), (int) name, value, (int) length)
                            : BpfSockOpt.get(c, full(c, ctx), (int) level, (int) name, value, (int) length))
            .helper(
                    "bpf_load_hdr_opt",
                    (c, ctx, search, length, flags, r5) ->
                            HeaderOptions.load(c, context(c, ctx), search, (int) length, flags))
            .helper(
                    "bpf_store_hdr_opt",
                    (c, ctx, option, length, flags, r5) ->
                            HeaderOptions.store(c, context(c, ctx), option, (int) length, flags))
            .helper(
                    "bpf_reserve_hdr_opt",
                    (c, ctx, length, flags, r4, r5) -> HeaderOptions.reserve(context(c, ctx), (int) length, flags))
            .helper("bpf_sock_ops_cb_flags_set", (c, ctx, flags, r3, r4, r5) -> flagsSet(full(c, ctx), (int) flags))
            .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
            .helper("bpf_get_socket_cookie", BaseHelpers.SOCKET_COOKIE)
            // Each host is a machine with one network namespace, the first.
            .helper("bpf_get_netns_cookie", BaseHelpers.NETNS_COOKIE)
            .helper("bpf_get_local_storage", BaseHelpers.LOCAL_STORAGE)
            .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
            .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
            .helper("bpf_tcp_sock", (c, sk, r2, r3, r4, r5) -> c.ofObject(tcpSock(c, sk), UapiTypes.BPF_TCP_SOCK))
            .helper("bpf_skc_to_tcp_sock", (c, sk, r2, r3, r4, r5) -> c.ofObject(tcpSock(c, sk), TcpSockType.TCP_SOCK))
            .build();

    private SockOpsFamily() {}

    private static SockOpsContext context(HelperCall call, long context) {
        return call.object(context, SockOpsContext.BPF_SOCK_OPS);
    }

    /** The full socket of the context, or null if it is a request socket. */
    private static TcpSock full(HelperCall call, long context) {
        return context(call, context).full;
    }

    /** The full TCP socket at an address, whichever struct the program sees it as, or null. */
    static TcpSock tcpSock(HelperCall call, long address) {
        Object object = address == 0 ? null : call.anyObject(address);
        if (object == null && address != 0 || object != null && !(object instanceof SockCommon)) {
            throw call.fault("the argument is not a pointer to a socket");
        }
        return object instanceof TcpSock sk ? sk : null;
    }

    private static long flagsSet(TcpSock sk, int flags) {
        if (sk == null) {
            return -Errno.EINVAL;
        }
        setCallbackFlags(sk, flags & SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS);
        return flags & ~SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS;
    }

    /** Sets the socket's flags; answers the bits that Linux does not know, in which case nothing was set. */
    static int setCallbackFlags(TcpSock sk, int flags) {
        int unknown = flags & ~SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS;
        if (unknown != 0) {
            return unknown;
        }
        sk.bpf_sock_ops_cb_flags = flags;
        return 0;
    }
}
