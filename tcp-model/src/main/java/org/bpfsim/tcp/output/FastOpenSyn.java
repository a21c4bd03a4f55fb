package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.FastOpenRequest;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpMetrics;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * A client's SYN with data (RFC 7413, section 4.2; Linux 6.12, tcp_send_syn_data() in net/ipv4/tcp_output.c and
 * tcp_fastopen_cookie_check() in net/ipv4/tcp_fastopen.c).
 *
 * <p>The retransmit queue holds SYN and data as two segments, though one packet carries both: a SYN that is repeated has
 * neither data nor option, and data that the SYN-ACK does not acknowledge is sent again behind the handshake.
 */
public final class FastOpenSyn {
    /** MAX_TCP_OPTION_SPACE: so much is left free for options that something on the way may add. */
    private static final int OPTION_SPACE = 40;

    private FastOpenSyn() {}

    /**
     * Begins a write that may also connect: MSG_FASTOPEN, or the first write after a deferred connect().
     *
     * @return 0, -EOPNOTSUPP if {@code net.ipv4.tcp_fastopen} has it off, or -EALREADY
     */
    public static int begin(TcpSock sk, long bytes) {
        if ((sk.kernel.sysctls.tcp_fastopen & Sysctls.TFO_CLIENT_ENABLE) == 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (sk.fastopen_req != null) {
            return -Errno.EALREADY;
        }
        sk.fastopen_req = new FastOpenRequest(bytes);
        return 0;
    }

    /** The write that {@link #begin} began has returned; gives how many bytes the SYN has taken. */
    public static int end(TcpSock sk) {
        FastOpenRequest request = sk.fastopen_req;
        if (request == null) {
            return 0;
        }
        sk.fastopen_req = null;
        sk.defer_connect = false;
        return request.copied;
    }

    /**
     * Whether connect() of a socket with TCP_FASTOPEN_CONNECT leaves the SYN to the first write. If there is no cookie
     * for that, the SYN asks for one ({@code tcp_fastopen_defer_connect()}).
     */
    public static boolean defersConnect(TcpSock sk) {
        if (!sk.fastopen_connect || sk.fastopen_req != null) {
            return false;
        }
        FastOpenRequest request = new FastOpenRequest(0);
        if (mayCarryData(sk, request)) {
            sk.defer_connect = true;
            return true;
        }
        sk.fastopen_req = request;
        return false;
    }

    /** The first write after a deferred connect(): sends the SYN; gives how many bytes it has taken. */
    public static int sendDeferred(TcpSock sk, long bytes) {
        int result = begin(sk, bytes);
        if (result < 0) {
            return result;
        }
        Syn.connect(sk);
        return end(sk);
    }

    /** Sends the SYN, with data if it may carry some, and leaves what it took in the request. */
    static void send(TcpSock sk, SkBuff syn) {
        FastOpenRequest request = sk.fastopen_req;
        sk.rx_opt_mss_clamp = sk.advmss;
        if (mayCarryData(sk, request)) {
            sendWithData(sk, syn, request);
        } else {
            if (request.cookie != null) {
                request.cookie = FastOpenCookie.request(request.cookie.isExperimental());
            }
            Transmitter.sendData(sk, syn);
            Syn.queued(sk, syn);
        }
        request.cookie = null; // no option in a SYN that is repeated
    }

    private static void sendWithData(TcpSock sk, SkBuff syn, FastOpenRequest request) {
        if (sk.rx_opt_user_mss > 0) {
            sk.rx_opt_mss_clamp = Math.min(sk.rx_opt_mss_clamp, sk.rx_opt_user_mss);
        }
        Mss.sync(sk);
        int bytes = (int) Math.min(Mss.ofMtuWithoutOptions(sk, sk.icsk_pmtu_cookie) - OPTION_SPACE, request.size);
        SkBuff data = sk.kernel.skbs.take();
        data.seq = syn.seq;
        data.end_seq = syn.end_seq + bytes;
        data.tcp_flags = syn.tcp_flags;
        data.pcount = 1;
        data.truesize += bytes;
        Transmitter.sendData(sk, data);
        syn.skb_mstamp_ns = data.skb_mstamp_ns;
        Syn.queued(sk, syn);
        data.seq++;
        data.tcp_flags = TcpSegment.ACK | TcpSegment.PSH;
        Syn.queued(sk, data);
        request.copied = bytes;
        sk.syn_data = bytes > 0;
        sk.kernel.mib.inc(Mib.TCP_ORIG_DATA_SENT);
    }

    /** Whether there is a cookie, or none is needed; looks up the peer's MSS, too. */
    private static boolean mayCarryData(TcpSock sk, FastOpenRequest request) {
        TcpMetrics.Entry known = sk.kernel.tcpMetrics.find(sk);
        if (known != null) {
            if (known.fastopen_mss != 0) {
                sk.rx_opt_mss_clamp = known.fastopen_mss;
            }
            request.cookie = known.cookie != null ? known.cookie : FastOpenCookie.request(known.try_exp == 1);
        }
        if (sk.kernel.fastOpenBlackhole.isPaused(sk)) {
            request.cookie = null;
            return false;
        }
        if (sk.fastopen_no_cookie || (sk.kernel.sysctls.tcp_fastopen & Sysctls.TFO_CLIENT_NO_COOKIE) != 0) {
            request.cookie = null;
            return true;
        }
        if (!request.cookie.isRequest()) {
            return true;
        }
        sk.fastopen_client_fail = TcpSock.TFO_COOKIE_UNAVAILABLE;
        return false;
    }

    /** Adds the Fast Open option to a SYN. */
    static void addOption(TcpSock sk, TcpSegment segment) {
        if (sk.fastopen_req != null && sk.fastopen_req.cookie != null && sk.skc_state == TcpState.SYN_SENT) {
            segment.fastOpen = sk.fastopen_req.cookie;
            sk.syn_fastopen = true;
            sk.syn_fastopen_exp = segment.fastOpen.isExperimental();
        }
    }
}
