package org.bpfsim.tcp.output;

import org.bpfsim.tcp.recovery.RateSampler;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.UserPages;

/** What a write does before bytes are put into buffers (Linux 6.12, tcp_sendmsg_locked() in net/ipv4/tcp.c). */
public final class SendCall {
    /** States in which bytes can be sent. */
    public static final int WRITABLE_STATES = TcpState.bit(TcpState.ESTABLISHED) | TcpState.bit(TcpState.CLOSE_WAIT);

    private SendCall() {}

    /**
     * Sends bytes as an application does.
     *
     * @param resumed whether this goes on with a call that took bytes before and had to wait for room
     * @param pages see {@link SendMessage#send}
     * @return bytes taken (0 stands for -EAGAIN), or a negative errno
     */
    public static long send(TcpSock sk, long bytes, int flags, boolean resumed, UserPages pages) {
        if (sk.sk_err != 0) {
            int error = sk.sk_err;
            sk.sk_err = 0;
            return -error;
        }
        if ((sk.sk_shutdown & TcpSock.SEND_SHUTDOWN) != 0) {
            return -Errno.EPIPE;
        }
        if (sk.defer_connect) {
            return withSyn(sk, bytes, pages);
        }
        if (!TcpState.in(sk.skc_state, WRITABLE_STATES) && !sk.isPassiveFastOpen()) {
            if (sk.skc_state == TcpState.SYN_SENT || sk.skc_state == TcpState.SYN_RECV) {
                sk.sk_nospace = true;
                return 0;
            }
            return -Errno.EPIPE;
        }
        if (!resumed) {
            RateSampler.checkAppLimited(sk);
        }
        return SendMessage.send(sk, bytes, flags, resumed, pages);
    }

    /** The first write after a connect() that TCP_FASTOPEN_CONNECT has put off. */
    private static long withSyn(TcpSock sk, long bytes, UserPages pages) {
        int taken = FastOpenSyn.sendDeferred(sk, bytes);
        if (pages != null && taken > 0) {
            pages.skip(taken);
        }
        if (taken >= 0 && taken < bytes) {
            sk.sk_nospace = true;
        }
        return taken;
    }
}
