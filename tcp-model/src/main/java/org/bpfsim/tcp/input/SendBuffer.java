package org.bpfsim.tcp.input;

import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/** The send buffer: grows with the window, and tells the application of room (Linux 6.12, net/ipv4/tcp_input.c). */
final class SendBuffer {
    private static final int MAX_TCP_HEADER = 320;
    private static final int SKB_SHARED_INFO = 320;
    private static final int SKB_BYTES = 256;

    private SendBuffer() {}

    /** Makes room for two windows of segments, each in memory of its own (tcp_sndbuf_expand()). */
    static void expand(TcpSock sk) {
        int perSegment = Math.max(sk.rx_opt_mss_clamp, sk.mss_cache) + MAX_TCP_HEADER + SKB_SHARED_INFO;
        perSegment = roundUpToPowerOfTwo(perSegment) + SKB_BYTES;
        int segments = Math.max(Math.max(TcpSock.TCP_INIT_CWND, sk.snd_cwnd), sk.reordering + 1);
        int windows = sk.caHas(CongestionOps.SNDBUF_EXPAND) ? sk.icsk_ca_ops.sndbuf_expand(sk) : 2;
        long wanted = (long) windows * segments * perSegment;
        if (sk.sk_sndbuf < wanted) {
            sk.sk_sndbuf = (int) Math.min(wanted, sk.kernel.sysctls.tcp_wmem[2]);
        }
    }

    /** After an ACK: if the application waits for room, enlarges the buffer and wakes it (tcp_check_space()). */
    static void check(TcpSock sk) {
        if (!sk.sk_nospace) {
            return;
        }
        boolean locked = (sk.sk_userlocks & TcpSock.SOCK_SNDBUF_LOCK) != 0;
        if (!locked && !sk.cwndIsFull()) {
            expand(sk);
            sk.snd_cwnd_stamp = sk.kernel.jiffies();
        }
        int free = sk.sk_sndbuf - sk.sk_wmem_queued;
        if (free >= sk.sk_wmem_queued >> 1) {
            sk.sk_nospace = false;
            sk.raise(SockCallbacks.WRITABLE);
        }
    }

    private static int roundUpToPowerOfTwo(int n) {
        return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
}
