package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Retransmitter;
import org.bpfsim.tcp.output.Sender;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Goes on sending when pacing allows the next segment (Linux 6.12, tcp_tsq_write() in net/ipv4/tcp_output.c). */
final class PacingTimer extends Event {
    private static final int SENDING = TcpState.bit(TcpState.ESTABLISHED)
            | TcpState.bit(TcpState.FIN_WAIT1)
            | TcpState.bit(TcpState.CLOSING)
            | TcpState.bit(TcpState.CLOSE_WAIT)
            | TcpState.bit(TcpState.LAST_ACK);

    private final TcpSock sk;

    PacingTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        if (!TcpState.in(sk.skc_state, SENDING)) {
            return;
        }
        sk.refreshClock();
        boolean recovers = sk.icsk_ca_state == CaState.RECOVERY || sk.icsk_ca_state == CaState.LOSS;
        if (recovers && sk.lost_out > sk.retrans_out && !sk.cwndIsFull()) {
            Retransmitter.retransmitLost(sk);
        }
        Sender.pushPending(sk);
    }
}
