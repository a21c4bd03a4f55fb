package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Sends the one ACK that stands for several SACKs (Linux 6.12, tcp_compressed_ack_kick() in net/ipv4/tcp_timer.c). */
final class CompressedAckTimer extends Event {
    private final TcpSock sk;

    CompressedAckTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        if (sk.compressed_ack != 0 && sk.skc_state != TcpState.CLOSE) {
            sendNow(sk);
        }
    }

    /** Sends it; one of the suppressed ACKs is the one that is sent. */
    static void sendNow(TcpSock sk) {
        sk.refreshClock();
        sk.compressed_ack--;
        Acks.send(sk);
    }
}
