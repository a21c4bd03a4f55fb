package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.WindowProbe;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/**
 * Asks a silent peer whether it is there (RFC 1122, section 4.2.3.6; RFC 9293, section 3.8.4), and ends an orphan whose peer
 * does not close: Linux has one timer for both (6.12, tcp_keepalive_timer() in net/ipv4/tcp_timer.c).
 */
final class KeepaliveTimer extends Event {
    private static final int NOT_CONNECTED = TcpState.bit(TcpState.CLOSE) | TcpState.bit(TcpState.SYN_SENT);

    private final TcpSock sk;

    KeepaliveTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        sk.refreshClock();
        if (sk.skc_state == TcpState.FIN_WAIT2 && sk.sk_dead) {
            endOrphan();
        } else if (sk.sk_keepalive && !TcpState.in(sk.skc_state, NOT_CONNECTED)) {
            keepAlive();
        }
        sk.deliverEvents();
    }

    private void endOrphan() {
        int rest = sk.finTime() - TcpSock.TIMEWAIT_S * sk.kernel.hz;
        if (sk.linger2 >= 0 && rest > 0) {
            sk.kernel.sockets.timeWait(sk, TcpState.FIN_WAIT2, rest);
        } else {
            Reset.send(sk);
            Teardown.done(sk);
        }
    }

    private void keepAlive() {
        int next = sk.keepaliveTime();
        if (sk.packets_out == 0 && sk.write_seq == sk.snd_nxt) { // else it is alive without
            int silence = sk.silence();
            if (silence < next) {
                next -= silence;
            } else if (isOver(silence)) {
                Reset.send(sk);
                GivingUp.abort(sk, Errno.ETIMEDOUT);
                return;
            } else {
                WindowProbe.keepAlive(sk);
                sk.icsk_probes_out++;
                next = sk.keepaliveInterval();
            }
        }
        SockTimers.resetKeepalive(sk, next);
    }

    private boolean isOver(int silence) {
        return sk.icsk_user_timeout != 0
                ? silence >= sk.kernel.msToJiffies(sk.icsk_user_timeout) && sk.icsk_probes_out > 0
                : sk.icsk_probes_out >= sk.keepaliveProbes();
    }
}
