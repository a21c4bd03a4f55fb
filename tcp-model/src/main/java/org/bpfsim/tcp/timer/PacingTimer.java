package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.SmallQueue;
import org.bpfsim.tcp.sock.TcpSock;

/** Goes on sending when pacing allows the next segment (Linux 6.12, tcp_pace_kick() in net/ipv4/tcp_output.c). */
final class PacingTimer extends Event {
    private final TcpSock sk;

    PacingTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        SmallQueue.write(sk);
        sk.deliverEvents();
    }
}
