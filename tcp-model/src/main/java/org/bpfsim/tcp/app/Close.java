package org.bpfsim.tcp.app;

import org.bpfsim.tcp.output.Fin;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/** What close() does to a connection: it ends in the background, or at once with a RST (Linux 6.12: __tcp_close()). */
final class Close {
    /** States whose abort the peer is told (tcp_need_reset()). */
    private static final int NEED_RESET = TcpState.bit(TcpState.ESTABLISHED)
            | TcpState.bit(TcpState.CLOSE_WAIT)
            | TcpState.bit(TcpState.FIN_WAIT1)
            | TcpState.bit(TcpState.FIN_WAIT2)
            | TcpState.bit(TcpState.SYN_RECV);

    private Close() {}

    /** The application lets go of the socket. */
    static void release(TcpSock sk) {
        boolean unreadData = sk.psock == null ? sk.unread() > 0 : sk.psock.inReceiveQueue() > 0;
        boolean finSent = sk.fin_queued;
        sk.leaveSocketMaps();
        sk.sk_shutdown = TcpSock.RCV_SHUTDOWN | TcpSock.SEND_SHUTDOWN;
        sk.sk_dead = true;
        sk.kernel.descriptors.close(sk);
        if (sk.skc_state == TcpState.LISTEN || sk.skc_state == TcpState.CLOSE) {
            Teardown.done(sk);
        } else if (unreadData) {
            sk.kernel.mib.inc(Mib.TCP_ABORT_ON_CLOSE);
            Reset.send(sk);
            Teardown.done(sk);
        } else if (sk.sk_lingertime == 0) {
            sk.kernel.mib.inc(Mib.TCP_ABORT_ON_DATA);
            if (TcpState.in(sk.skc_state, NEED_RESET)) {
                Reset.send(sk);
            }
            Teardown.done(sk);
        } else {
            if (!finSent) {
                Fin.close(sk);
            }
            if (sk.skc_state == TcpState.FIN_WAIT2) {
                awaitPeersFin(sk);
            } else if (sk.skc_state == TcpState.CLOSE) {
                Teardown.done(sk);
            }
        }
    }

    /** An orphan whose FIN is acknowledged waits for the peer's for a while. */
    private static void awaitPeersFin(TcpSock sk) {
        int ticks = sk.finTime();
        int timeWait = TcpSock.TIMEWAIT_S * sk.kernel.hz;
        if (sk.linger2 < 0) {
            Reset.send(sk);
            sk.kernel.mib.inc(Mib.TCP_ABORT_ON_LINGER);
            Teardown.done(sk);
        } else if (ticks > timeWait) {
            SockTimers.resetKeepalive(sk, ticks - timeWait);
        } else {
            sk.kernel.sockets.timeWait(sk, TcpState.FIN_WAIT2, ticks);
        }
    }
}
