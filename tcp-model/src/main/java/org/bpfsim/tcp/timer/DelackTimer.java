package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** The delayed ACK timer (RFC 9293, section 3.8.6.3; Linux 6.12, tcp_delack_timer_handler() in net/ipv4/tcp_timer.c). */
final class DelackTimer extends Event {
    private static final int CLOSED = TcpState.bit(TcpState.CLOSE) | TcpState.bit(TcpState.LISTEN);

    private final TcpSock sk;

    DelackTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        if (TcpState.in(sk.skc_state, CLOSED)) {
            return;
        }
        if (sk.compressed_ack != 0) {
            CompressedAckTimer.sendNow(sk);
            return;
        }
        if ((sk.icsk_ack_pending & TcpSock.ICSK_ACK_TIMER) == 0) {
            return;
        }
        if (sk.icsk_ack_timeout > sk.kernel.jiffies64()) {
            SockTimers.set(sk.kernel, this, sk.icsk_ack_timeout);
            return;
        }
        sk.icsk_ack_pending &= ~TcpSock.ICSK_ACK_TIMER;
        if (!sk.ackScheduled()) {
            return;
        }
        if (!sk.inPingpongMode()) {
            int max = Math.min(sk.icsk_rto, Acks.delackMax(sk.kernel));
            sk.icsk_ack_ato = Math.min(sk.icsk_ack_ato << 1, max); // the next segment came too late for this ACK
        } else {
            sk.icsk_ack_pingpong = 0;
            sk.icsk_ack_ato = Acks.atoMin(sk.kernel);
        }
        sk.refreshClock();
        Acks.send(sk);
        sk.kernel.mib.inc(Mib.DELAYED_ACKS);
    }

    @Override
    public String toString() {
        return "delayed ACK timer of " + sk.kernel.hostName + ":" + sk.skc_num;
    }
}
