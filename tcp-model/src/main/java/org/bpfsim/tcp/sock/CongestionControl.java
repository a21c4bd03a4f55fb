package org.bpfsim.tcp.sock;

import java.util.Arrays;

/**
 * Which congestion control a socket uses, and the change from one to another (Linux 6.12, net/ipv4/tcp_cong.c). The
 * stack calls {@link #assign} when a socket is made, {@link #inherit} when a connection is accepted, {@link #init} when
 * it is established and {@link #cleanup} when the socket ends.
 */
public final class CongestionControl {
    private static final int ECN_MASK = 3;
    private static final int ECT_0 = 2;

    private CongestionControl() {}

    /** Gives a new socket the host's default: {@code tcp_assign_congestion_control()}. */
    public static void assign(TcpSock sk) {
        CongestionRegistry registry = sk.kernel.congestionControls;
        CongestionOps ops = registry.find(sk.kernel.sysctls.tcp_congestion_control);
        if (ops == null || !ops.tryGet()) {
            ops = registry.find("reno");
        }
        use(sk, ops);
    }

    /**
     * Gives an accepted connection what its listener was told by setsockopt, otherwise the host's default:
     * {@code tcp_ca_openreq_child()}.
     */
    public static void inherit(TcpSock child, TcpSock listener) {
        child.icsk_ca_setsockopt = listener.icsk_ca_setsockopt;
        if (listener.icsk_ca_setsockopt && listener.icsk_ca_ops.tryGet()) {
            use(child, listener.icsk_ca_ops);
        } else {
            assign(child);
        }
        child.setCaState(CaState.OPEN);
    }

    /** The connection is established: {@code tcp_init_congestion_control()}. */
    public static void init(TcpSock sk) {
        sk.prior_ssthresh = 0;
        if (sk.caHas(CongestionOps.INIT)) {
            sk.icsk_ca_ops.init(sk);
        }
        markEct(sk);
        sk.icsk_ca_initialized = true;
    }

    /** The socket ends, or changes: {@code tcp_cleanup_congestion_control()}. */
    public static void cleanup(TcpSock sk) {
        if (sk.caHas(CongestionOps.RELEASE)) {
            sk.icsk_ca_ops.release(sk);
        }
        sk.icsk_ca_ops.put();
    }

    /**
     * Changes it, as {@code setsockopt(TCP_CONGESTION)} of a privileged caller: {@code tcp_set_congestion_control()}.
     *
     * @return 0, -ENOENT if the host has none of that name, or -EBUSY if it is being unregistered
     */
    public static int set(TcpSock sk, String name) {
        CongestionOps ops = sk.kernel.congestionControls.find(name);
        if (ops == null) {
            return -Errno.ENOENT;
        }
        if (ops == sk.icsk_ca_ops) {
            sk.icsk_ca_setsockopt = true;
            return 0;
        }
        if (!ops.tryGet()) {
            return -Errno.EBUSY;
        }
        cleanup(sk);
        sk.icsk_ca_setsockopt = true;
        use(sk, ops);
        if (sk.skc_state != TcpState.CLOSE && sk.skc_state != TcpState.LISTEN) {
            init(sk);
        }
        return 0;
    }

    /**
     * Puts another in place without asking either: what Linux's dctcp does in its own init when the connection has no
     * ECN. References do not move.
     */
    public static void fallBack(TcpSock sk, CongestionOps ops) {
        sk.icsk_ca_ops = ops;
        sk.icsk_ca_members = ops.members();
        markEct(sk);
    }

    private static void use(TcpSock sk, CongestionOps ops) {
        sk.icsk_ca_ops = ops;
        sk.icsk_ca_members = ops.members();
        Arrays.fill(sk.icsk_ca_priv, (byte) 0);
        sk.caState = null;
        markEct(sk);
    }

    /** INET_ECN_xmit() or INET_ECN_dontxmit(), as the congestion control needs ECN or not. */
    private static void markEct(TcpSock sk) {
        boolean needsEcn = (sk.icsk_ca_ops.flags() & CongestionOps.TCP_CONG_NEEDS_ECN) != 0;
        sk.tos = needsEcn ? sk.tos | ECT_0 : sk.tos & ~ECN_MASK;
    }
}
