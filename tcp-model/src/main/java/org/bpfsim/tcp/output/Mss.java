package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;

/** Largest payload of a segment (RFC 6691; Linux 6.12, tcp_sync_mss() and tcp_current_mss() in net/ipv4/tcp_output.c). */
public final class Mss {
    /** TCP_MSS_DEFAULT: what every host accepts (RFC 9293, section 3.7.1). */
    public static final int DEFAULT = 536;

    /** TCP_MIN_MSS. */
    public static final int MIN = 88;

    private static final int TCP_HEADER = 20;
    static final int TIMESTAMPS = 12;

    private Mss() {}

    /** What a host announces in its MSS option: the MTU less the fixed headers. */
    public static int advertised(int mtu, boolean v4) {
        return mtu - (v4 ? 20 : 40) - TCP_HEADER;
    }

    /** What a host announces to a peer: by the path's MTU, or what the route says. */
    static int advertisedTo(HostKernel kernel, IpAddress peer) {
        int advmss = kernel.routes.metrics(peer).advmss();
        return advmss != 0 ? advmss : advertised(kernel.routes.mtu(kernel, peer), peer.isV4());
    }

    /** Looks at the path (__sk_dst_check()). */
    public static void route(TcpSock sk) {
        sk.dst_mtu = sk.kernel.routes.mtu(sk.kernel, sk.daddr);
        sk.dst_initcwnd = sk.kernel.routes.metrics(sk.daddr).initcwnd();
    }

    /** Computes {@link TcpSock#mss_cache} from the path's MTU, the peer's MSS and the usual options. */
    public static void sync(TcpSock sk) {
        sk.mtup_search_high = Math.min(sk.mtup_search_high, sk.dst_mtu);
        sk.icsk_pmtu_cookie = sk.dst_mtu;
        int mss = boundToHalfWindow(sk, ofMtu(sk, sk.dst_mtu));
        sk.mss_cache = sk.mtup_enabled ? Math.min(mss, ofMtu(sk, sk.mtup_search_low)) : mss;
    }

    /** What an MTU and the peer's MSS allow beside the usual options (tcp_mtu_to_mss()). */
    static int ofMtu(TcpSock sk, int mtu) {
        return ofMtuWithoutOptions(sk, mtu) - (sk.tcp_header_len - TCP_HEADER);
    }

    /** What they allow without options (__tcp_mtu_to_mss()). */
    static int ofMtuWithoutOptions(TcpSock sk, int mtu) {
        int mss = advertised(mtu, sk.family() == IpAddress.AF_INET);
        return Math.max(Math.min(mss, sk.rx_opt_mss_clamp), sk.kernel.sysctls.tcp_min_snd_mss);
    }

    /** {@link TcpSock#mss_cache} less the SACK blocks and the programs' options that the next segment carries. */
    public static int current(TcpSock sk) {
        if (sk.dst_mtu != sk.icsk_pmtu_cookie) {
            sync(sk); // the path has changed
        }
        int blocks = Transmitter.sackBlocks(sk);
        int sacks = blocks == 0 ? 0 : 4 + 8 * blocks;
        if (!ProgramOptions.wanted(sk)) {
            return sk.mss_cache - sacks;
        }
        int others = (sk.rx_opt_tstamp_ok ? TIMESTAMPS : 0) + sacks;
        return sk.mss_cache - sacks - ProgramOptions.expected(sk, others);
    }

    /** Nothing larger than half the largest window seen, or it may never fit (tcp_bound_to_half_wnd()). */
    static int boundToHalfWindow(TcpSock sk, int bytes) {
        int cutoff = sk.max_window > DEFAULT ? sk.max_window >> 1 : sk.max_window;
        if (cutoff != 0 && bytes > cutoff) {
            return Math.max(cutoff, 68 - sk.tcp_header_len);
        }
        return bytes;
    }
}
