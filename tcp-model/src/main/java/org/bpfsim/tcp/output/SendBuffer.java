package org.bpfsim.tcp.output;

import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/** The send buffer: grows with the window, and tells the application of room (Linux 6.12,
 * tcp_sndbuf_expand() and tcp_check_space() in net/ipv4/tcp_input.c). */
public final class SendBuffer {
    private static final int SKB_SHARED_INFO = 320;
    private static final int SKB_BYTES = 256;

    private SendBuffer() {}

    /** Makes room for two windows of segments, each in memory of its own (tcp_sndbuf_expand()). */
    public static void expand(TcpSock sk) {
        int perSegment = Math.max(sk.rx_opt_mss_clamp, sk.mss_cache) + sk.kernel.maxTcpHeader() + SKB_SHARED_INFO;
        perSegment = roundUpToPowerOfTwo(perSegment) + SKB_BYTES;
        int segments = Math.max(Math.max(TcpSock.TCP_INIT_CWND, sk.snd_cwnd), sk.reordering + 1);
        int windows = sk.caHas(CongestionOps.SNDBUF_EXPAND) ? sk.icsk_ca_ops.sndbuf_expand(sk) : 2;
        long wanted = (long) windows * segments * perSegment;
        if (sk.sk_sndbuf < wanted) {
            sk.sk_sndbuf = (int) Math.min(wanted, sk.kernel.sysctls.tcp_wmem[2]);
        }
    }

    /** After an ACK or a transmission: if the application waits for room, enlarges the buffer and wakes it. */
    public static void check(TcpSock sk) {
        if (!sk.sk_nospace) {
            return;
        }
        boolean locked = (sk.sk_userlocks & TcpSock.SOCK_SNDBUF_LOCK) != 0;
        if (!locked && !sk.cwndIsFull()) {
            expand(sk);
            sk.snd_cwnd_stamp = sk.kernel.jiffies();
        }
        if (sk.isStreamWriteable()) {
            sk.sk_nospace = false;
            sk.raise(SockCallbacks.WRITABLE);
            if (sk.psock != null) {
                sk.psock.writeSpace();
            }
            sk.chronoStop(Chrono.SNDBUF_LIMITED);
        }
    }

    private static int roundUpToPowerOfTwo(int n) {
        return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
}
