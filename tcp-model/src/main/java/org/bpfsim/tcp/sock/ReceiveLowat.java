package org.bpfsim.tcp.sock;

/**
 * From how many bytes on a reader is woken: {@code SO_RCVLOWAT} (Linux 6.12, net/ipv4/tcp.c: tcp_set_rcvlowat(),
 * tcp_epollin_ready(), net/ipv4/tcp_input.c: tcp_data_ready()). Hot path: no allocation.
 */
public final class ReceiveLowat {
    private ReceiveLowat() {}

    /**
     * Whether epoll would report EPOLLIN for what is in the queue: as many bytes as wanted, or no more can come, because memory
     * or window is used up.
     */
    public static boolean isReached(TcpSock sk) {
        int available = sk.rcv_nxt - sk.copied_seq;
        return available > 0
                && (available >= sk.sk_rcvlowat
                        || sk.sk_rmem_alloc > sk.sk_rcvbuf - (sk.sk_rcvbuf >> 3)
                        || sk.receiveWindow() <= sk.icsk_ack_rcv_mss);
    }

    /** Wakes the reader if there is as much as it wants, or will never be more. */
    public static void wakeReader(TcpSock sk) {
        if (isReached(sk) || sk.sk_done) {
            dataReady(sk);
        }
    }

    /** There is something to be read, or seen to by programs of a sockmap (sk_data_ready()). */
    public static void dataReady(TcpSock sk) {
        if (sk.psock == null || !sk.psock.dataReady()) {
            sk.raise(SockCallbacks.READABLE);
        }
    }

    /**
     * Sets it: to at most half the buffer, which grows to hold that much unless the application has set its size.
     *
     * @param value bytes; 0 stands for 1
     * @param wake whether to wake the reader if what is there is enough now
     */
    public static void set(TcpSock sk, int value, boolean wake) {
        boolean locked = (sk.sk_userlocks & TcpSock.SOCK_RCVBUF_LOCK) != 0;
        int cap = (locked ? sk.sk_rcvbuf : sk.kernel.sysctls.tcp_rmem[2]) >> 1;
        int lowat = Math.min(value, cap);
        sk.sk_rcvlowat = lowat == 0 ? 1 : lowat;
        if (wake) {
            wakeReader(sk);
        }
        if (locked) {
            return;
        }
        int space = (int) (((long) lowat << TcpSock.TCP_RMEM_TO_WIN_SCALE) / sk.scaling_ratio);
        if (space > sk.sk_rcvbuf) {
            sk.sk_rcvbuf = space;
            sk.window_clamp = lowat;
        }
    }
}
