package org.bpfsim.tcp.app;

import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockoptHook;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * {@code getsockopt(TCP_ZEROCOPY_RECEIVE)} of an application that has mapped none of a socket's pages (Linux 6.12,
 * do_tcp_getsockopt() and tcp_zerocopy_receive() in net/ipv4/tcp.c): up to a page it is told how much there is to read, beyond
 * that there is nowhere to map it. Copying into a buffer of the call ({@code copybuf_address}) is not modelled.
 */
final class ZerocopyReceive {
    static final int TCP_ZEROCOPY_RECEIVE = 35;

    private static final int PAGE = 4096;
    private static final int EIO = 5;

    /** Offsets in {@code struct tcp_zerocopy_receive}, which has grown over the years. */
    private static final int LENGTH = 8;

    private static final int RECV_SKIP_HINT = 12;
    private static final int INQ = 16;
    private static final int COPYBUF_LEN = 32;
    private static final int RESERVED = 60;
    private static final int BYTES = 64;

    private ZerocopyReceive() {}

    /** Whether the call gets as far as to the socket. */
    static boolean isValid(byte[] value) {
        return value.length >= RECV_SKIP_HINT && value.length <= BYTES && number(value, RESERVED) == 0;
    }

    /** The struct as the kernel leaves it, or an error. */
    static SockoptHook.Reply get(TcpSock sk, byte[] value) {
        byte[] zc = value.clone();
        int result = isValid(value) ? receive(sk, zc) : -Errno.EINVAL;
        if (result == 0) {
            put(zc, INQ, sk.unread());
        }
        return new SockoptHook.Reply(result, zc, zc.length);
    }

    private static int receive(TcpSock sk, byte[] zc) {
        int unread = sk.unread();
        if (LittleEndian.s64(zc, 0) % PAGE != 0) {
            return -Errno.EINVAL;
        }
        if (sk.skc_state == TcpState.LISTEN) {
            return -Errno.ENOTCONN;
        }
        if (unread > 0 && unread <= number(zc, COPYBUF_LEN)) {
            return -Errno.EOPNOTSUPP;
        }
        if (unread >= PAGE) {
            return -Errno.EINVAL;
        }
        put(zc, LENGTH, 0);
        put(zc, RECV_SKIP_HINT, unread);
        return unread == 0 && sk.sk_done ? -EIO : 0;
    }

    private static int number(byte[] value, int at) {
        return at + Integer.BYTES <= value.length ? LittleEndian.s32(value, at) : 0;
    }

    private static void put(byte[] value, int at, int number) {
        if (at + Integer.BYTES <= value.length) {
            LittleEndian.put(value, at, Integer.BYTES, number);
        }
    }
}
