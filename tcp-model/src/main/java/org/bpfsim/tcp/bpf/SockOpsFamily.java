package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.helper.SocketHelpers;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.tcp.sock.QueuedSkb;
import org.bpfsim.tcp.sock.ReceiveLowat;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Programs of type {@code BPF_PROG_TYPE_SOCK_OPS}: what they may call (Linux 6.12, {@code sock_ops_func_proto()} in
 * net/core/filter.c).
 */
final class SockOpsFamily {
    static final ProgramFamily FAMILY = SocketCasts.add(ProgramFamily.builder("sock_ops"))
            .section("sockops")
            .section("sockops/")
            .context(SockOpsContext.BPF_SOCK_OPS)
            .helper(
                    "bpf_setsockopt",
                    (c, ctx, level, name, value, length) -> context(c, ctx).mayUseOptions()
                            ? BpfSockOpt.set(c, full(c, ctx), (int) level, (int) name, value, (int) length)
                            : -Errno.EOPNOTSUPP)
            .helper(
                    "bpf_getsockopt",
                    (c, ctx, level, name, value, length) ->
                            get(c, context(c, ctx), (int) level, (int) name, value, (int) length))
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
            .helper("bpf_sock_ops_cb_flags_set", (c, ctx, flags, r3, r4, r5) -> flagsSet(context(c, ctx), (int) flags))
            .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
            .helper("bpf_get_socket_cookie", BaseHelpers.SOCKET_COOKIE)
            .helper("bpf_get_netns_cookie", BaseHelpers.NETNS_COOKIE)
            .helper("bpf_get_local_storage", BaseHelpers.LOCAL_STORAGE)
            .helper("bpf_sock_map_update", SocketHelpers.UPDATE)
            .helper("bpf_sock_hash_update", SocketHelpers.UPDATE)
            .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
            .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
            .helper(
                    "bpf_tcp_sock",
                    (c, sk, r2, r3, r4, r5) -> c.ofObject(SocketCasts.tcpSock(c, sk), UapiTypes.BPF_TCP_SOCK))
            .kfunc("bpf_sock_ops_enable_tx_tstamp", (c, ctx, flags, r3, r4, r5) -> enableTimestamps(c, ctx, flags))
            .helper(
                    "bpf_skb_load_bytes",
                    (c, ctx, offset, to, length, r5) -> loadBytes(c, ctx, offset, to, (int) length))
            .kfunc("bpf_sock_ops_tcp_set_rcvlowat", (c, ctx, value, r3, r4, r5) -> setRcvlowat(c, ctx, (int) value))
            .kfunc(
                    "bpf_cast_to_kern_ctx",
                    (c, ctx, r2, r3, r4, r5) -> c.ofObject(context(c, ctx), SockOpsContext.BPF_SOCK_OPS_KERN))
            .build();

    private SockOpsFamily() {}

    /** An option, or the headers of the SYN; nothing where the socket is not locked. */
    private static long get(HelperCall call, SockOpsContext context, int level, int name, long address, int length) {
        if (!context.mayUseOptions()) {
            return -Errno.EOPNOTSUPP;
        }
        return HeaderOptions.isSyn(level, name)
                ? HeaderOptions.getSyn(call, context, name, address, length)
                : BpfSockOpt.get(call, context.full, level, name, address, length);
    }

    /** Linux 6.15, net/core/filter.c. */
    private static long enableTimestamps(HelperCall call, long address, long flags) {
        SockOpsContext context = kernelContext(call, address);
        if (context.op != SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB) {
            return -Errno.EOPNOTSUPP;
        }
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        context.wantsTimestamps = true;
        return 0;
    }

    private static SockOpsContext context(HelperCall call, long context) {
        return call.object(context, SockOpsContext.BPF_SOCK_OPS);
    }

    /** The full socket of the context, or null if it is a request socket. */
    private static TcpSock full(HelperCall call, long context) {
        return context(call, context).full;
    }

    private static long flagsSet(SockOpsContext context, int flags) {
        TcpSock sk = context.full;
        if (!context.mayUseOptions() && context.op != SockOps.BPF_SOCK_OPS_RCVQ_CB) {
            return -Errno.EOPNOTSUPP;
        }
        if (sk == null) {
            return -Errno.EINVAL;
        }
        int error = setCallbackFlags(sk, flags & SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS);
        return error != 0 ? error : flags & ~SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS;
    }

    /**
     * Sets the socket's flags.
     *
     * @return 0, or a negated errno if nothing was set: -EINVAL for bits that Linux does not know. The call-back of the receive
     *     queue can be switched on unless the socket is in a sockmap (-EBUSY), and while that queue is empty (-EUCLEAN)
     */
    static int setCallbackFlags(TcpSock sk, int flags) {
        if ((flags & ~SockOps.BPF_SOCK_OPS_ALL_CB_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        int switchedOn = flags & ~sk.bpf_sock_ops_cb_flags;
        if ((switchedOn & SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG) != 0) {
            if (sk.isInSocketMap()) {
                return -Errno.EBUSY;
            }
            if (sk.receive_queue_truesize > 0) {
                return -Errno.EUCLEAN;
            }
        }
        sk.bpf_sock_ops_cb_flags = flags;
        return 0;
    }

    /** {@code bpf_skb_load_bytes()}: payload of what is queued; the packet's bytes at no other time. */
    private static long loadBytes(HelperCall call, long address, long offset, long to, int length) {
        SockOpsContext context = context(call, address);
        byte[] bytes = new byte[length];
        QueuedSkb queued = context.queued;
        boolean there = queued != null && queued.read(offset & 0xffff_ffffL, bytes);
        call.write(to, bytes, 0, length);
        return there ? 0 : queued == null ? -Errno.EOPNOTSUPP : -Errno.EFAULT;
    }

    /**
     * {@code bpf_sock_ops_tcp_set_rcvlowat()}: less than 0 stands for as much as there can be. Who waits is told where nobody
     * else will do so: after a read.
     */
    private static long setRcvlowat(HelperCall call, long address, int value) {
        SockOpsContext context = kernelContext(call, address);
        if (context.op != SockOps.BPF_SOCK_OPS_RCVQ_CB) {
            return -Errno.EOPNOTSUPP;
        }
        ReceiveLowat.set(context.full, value < 0 ? Integer.MAX_VALUE : value, context.queued == null);
        return 0;
    }

    /** The context at an address that the program has cast, or has not. */
    private static SockOpsContext kernelContext(HelperCall call, long address) {
        if (call.anyObject(address) instanceof SockOpsContext context) {
            return context;
        }
        throw call.fault("the argument is not a pointer to the context");
    }
}
