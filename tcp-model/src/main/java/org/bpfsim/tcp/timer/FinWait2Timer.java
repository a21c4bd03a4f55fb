package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/** Ends an orphan whose peer does not close (Linux 6.12, tcp_keepalive_timer() in net/ipv4/tcp_timer.c). */
final class FinWait2Timer extends Event {
    private final TcpSock sk;

    FinWait2Timer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        if (sk.skc_state == TcpState.FIN_WAIT2 && sk.sk_dead) {
            Teardown.done(sk);
        }
    }
}
