package org.bpfsim.tcp.host;

import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.Retransmitter;
import org.bpfsim.tcp.segment.IcmpError;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;
import org.bpfsim.tcp.timer.BackoffRevert;

/**
 * What ICMP messages do to connections (RFC 1122, section 4.2.3.9; RFC 5461; RFC 5927, section 4; RFC 1191; Linux 6.12,
 * tcp_v4_err() in net/ipv4/tcp_ipv4.c and tcp_v6_err() in net/ipv6/tcp_ipv6.c).
 */
final class IcmpInput {
    private static final int CONNECTING = TcpState.bit(TcpState.SYN_SENT) | TcpState.bit(TcpState.SYN_RECV);
    /** Errno by code of a message of type 3 (Linux 6.12, icmp_err_convert in net/ipv4/icmp.c). */
    private static final int[] ERRNO_OF_CODE = {
        Errno.ENETUNREACH,
        Errno.EHOSTUNREACH,
        Errno.ENOPROTOOPT,
        Errno.ECONNREFUSED,
        Errno.EMSGSIZE,
        Errno.EOPNOTSUPP,
        Errno.ENETUNREACH,
        Errno.EHOSTDOWN,
        Errno.ENONET,
        Errno.ENETUNREACH,
        Errno.EHOSTUNREACH,
        Errno.ENETUNREACH,
        Errno.EHOSTUNREACH,
        Errno.EHOSTUNREACH,
        Errno.EHOSTUNREACH,
        Errno.EHOSTUNREACH,
    };

    /** The same of RFC 4443's type 1 (icmpv6_err_convert() in net/ipv6/icmp.c). */
    private static final int[] ERRNO_OF_V6_CODE = {
        Errno.ENETUNREACH,
        Errno.EACCES,
        Errno.EHOSTUNREACH,
        Errno.EHOSTUNREACH,
        Errno.ECONNREFUSED,
        Errno.EACCES,
        Errno.EACCES,
    };

    private final HostKernel kernel;
    private final SocketDemux demux;
    private final ConnectionRequests requests;

    IcmpInput(HostKernel kernel, SocketDemux demux, ConnectionRequests requests) {
        this.kernel = kernel;
        this.demux = demux;
        this.requests = requests;
    }

    void receive(IcmpError icmp) {
        SockCommon target = demux.find(icmp.src(), icmp.srcPort(), icmp.dst(), icmp.dstPort());
        if (target == null) {
            kernel.mib.inc(Mib.ICMP_IN_ERRORS);
        } else if (target instanceof RequestSock req) {
            halfOpen(req, icmp);
        } else if (target instanceof TcpSock sk && sk.skc_state != TcpState.CLOSE) {
            if (isInWindow(sk, icmp.seq())) {
                connection(sk, icmp);
                sk.deliverEvents();
            } else {
                kernel.mib.inc(Mib.OUT_OF_WINDOW_ICMPS);
            }
        }
    }

    /** An error that will not pass ends a half open connection without a word (tcp_req_err()). */
    private void halfOpen(RequestSock req, IcmpError icmp) {
        if (icmp.seq() != req.snt_isn) {
            kernel.mib.inc(Mib.OUT_OF_WINDOW_ICMPS);
        } else if (errno(icmp) != 0 && !icmp.isTooBig() && (icmp.isNoRoute() || !isUnreachable(icmp))) {
            requests.forget(req);
            kernel.mib.inc(Mib.LISTEN_DROPS);
        }
    }

    /** A message must quote what is in flight, or anybody could forge it (RFC 5927, section 4.1). */
    private static boolean isInWindow(TcpSock sk, int seq) {
        int una = sk.fastopen_rsk != null ? sk.fastopen_rsk.snt_isn : sk.snd_una;
        return SeqNum.between(seq, una, sk.snd_nxt);
    }

    private void connection(TcpSock sk, IcmpError icmp) {
        if (icmp.isTooBig()) {
            tooBig(sk, icmp.mtu());
            return;
        }
        int errno = errno(icmp);
        if (errno == 0) {
            return;
        }
        if (icmp.isNoRoute() && sk.fastopen_rsk == null) {
            BackoffRevert.onUnreachable(sk, icmp.seq());
        }
        boolean acceptedBefore = sk.fastopen_rsk != null && sk.queuedAt == null;
        if (TcpState.in(sk.skc_state, CONNECTING) && !acceptedBefore) {
            Teardown.fail(sk, errno);
        } else {
            sk.sk_err_soft = errno; // counts if the connection times out
        }
    }

    /** Path MTU discovery (tcp_v4_mtu_reduced()). */
    private void tooBig(TcpSock sk, int mtu) {
        if (!sk.acceptsPathMtu()) {
            return;
        }
        kernel.routes.update(kernel, sk.daddr, mtu);
        Mss.route(sk);
        int path = sk.dst_mtu;
        if (mtu < path) {
            sk.sk_err_soft = Errno.EMSGSIZE;
        }
        if (sk.pmtudisc != TcpSock.IP_PMTUDISC_DONT && sk.icsk_pmtu_cookie > path) {
            Mss.sync(sk);
            Retransmitter.retransmitTooBig(sk);
        }
    }

    private static boolean isUnreachable(IcmpError icmp) {
        return icmp.type() == (icmp.src().isV4() ? IcmpError.DEST_UNREACH : IcmpError.V6_DEST_UNREACH);
    }

    /** The errno that a message stands for, or 0 if it is none for TCP. */
    private static int errno(IcmpError icmp) {
        if (isUnreachable(icmp)) {
            int[] errnos = icmp.src().isV4() ? ERRNO_OF_CODE : ERRNO_OF_V6_CODE;
            return icmp.code() < errnos.length ? errnos[icmp.code()] : 0;
        }
        if (icmp.src().isV4()) {
            return switch (icmp.type()) {
                case IcmpError.TIME_EXCEEDED -> Errno.EHOSTUNREACH;
                case IcmpError.PARAMETERPROB -> Errno.EPROTO;
                default -> 0;
            };
        }
        return switch (icmp.type()) {
            case IcmpError.V6_TIME_EXCEED -> Errno.EHOSTUNREACH;
            case IcmpError.V6_PARAMPROB -> Errno.EPROTO;
            default -> 0;
        };
    }
}
