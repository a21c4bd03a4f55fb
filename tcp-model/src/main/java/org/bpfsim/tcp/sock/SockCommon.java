package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * What full sockets and request sockets have in common: Linux's {@code struct sock_common}.
 *
 * <p>BPF programs of type {@code sock_ops} are called with either kind; {@link #isFullSock()} tells them apart.
 */
public abstract sealed class SockCommon permits TcpSock, RequestSock, TimeWaitSock {
    /** The host that owns the socket: clock, sysctls, pools, counters. */
    public final HostKernel kernel;

    /** The cgroup whose programs are called for this socket; may be null. */
    public Cgroup cgroup;

    /** The local and the peer's address; null in a listener that accepts any local address. */
    public IpAddress saddr;

    public IpAddress daddr;
    /** Local port, host byte order. */
    public int skc_num;
    /** Peer's port, host byte order. */
    public int skc_dport;
    /** One of {@link TcpState}. */
    public int skc_state = TcpState.CLOSE;

    /** Index of the peer in the network; where packets are routed to. */
    public int peerHost;
    /** The next entry of the same bucket in the host's table, and the hash that chose the bucket. */
    public SockCommon hashNext;

    public int hash;
    /** What ECMP hashes of packets that this socket sends. */
    public int sk_txhash;
    /** What programs know the connection by; 0 until somebody asks. */
    private long sk_cookie;

    SockCommon(HostKernel kernel) {
        this.kernel = kernel;
    }

    /** A number that stands for the connection on this host, not 0 (bpf_get_socket_cookie()). */
    public long cookie() {
        if (sk_cookie == 0) {
            sk_cookie = kernel.nextCookie();
        }
        return sk_cookie;
    }

    /** Goes on under the cookie of the socket that this one is made of, if it has one. */
    public void takeCookieOf(SockCommon other) {
        sk_cookie = other.sk_cookie;
    }

    /** False for a request socket, which has addresses and ports but no {@code tcp_sock} yet. */
    public abstract boolean isFullSock();

    /** Linux's AF_INET (2) or AF_INET6 (10). */
    public int family() {
        IpAddress a = daddr != null ? daddr : saddr;
        return a == null ? IpAddress.AF_INET6 : a.family();
    }

    /**
     * Calls the socket's {@code sock_ops} programs, as Linux's {@code tcp_call_bpf()} does.
     *
     * @return the program's reply, or -1 if no program is attached or the program returned 0
     */
    public int callBpf(int op, int arg0, int arg1, int arg2) {
        SockOps ops = cgroup == null ? null : cgroup.sockOps();
        return ops == null ? -1 : ops.call(this, op, arg0, arg1, arg2, null);
    }

    /** The same for a call that shows a received segment. */
    public void callBpf(int op, TcpSegment segment) {
        SockOps ops = cgroup == null ? null : cgroup.sockOps();
        if (ops != null) {
            ops.call(this, op, 0, 0, 0, segment);
        }
    }

    /** As {@link #callBpf(int, int, int, int)} without arguments. */
    public int callBpf(int op) {
        return callBpf(op, 0, 0, 0);
    }
}
