package org.bpfsim.tcp.timer;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Retransmitter;
import org.bpfsim.tcp.output.Sender;
import org.bpfsim.tcp.output.WindowProbe;
import org.bpfsim.tcp.recovery.CwndReduction;
import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.recovery.Rack;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.recovery.RttEstimator;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * The timer that retransmission timeout, tail loss probe, RACK's reordering timeout and zero window probe share (Linux
 * 6.12, tcp_write_timer_handler() in net/ipv4/tcp_timer.c).
 */
final class RetransmitTimer extends Event {
    private static final int CLOSED = TcpState.bit(TcpState.CLOSE) | TcpState.bit(TcpState.LISTEN);
    private static final int HANDSHAKE = TcpState.bit(TcpState.SYN_SENT) | TcpState.bit(TcpState.SYN_RECV);

    private static final int THIN_SEGMENTS = 4;
    private static final int THIN_RETRIES = 6;

    private final TcpSock sk;

    RetransmitTimer(TcpSock sk) {
        this.sk = sk;
    }

    @Override
    protected void fire(long nowPs) {
        if (TcpState.in(sk.skc_state, CLOSED) || sk.icsk_pending == 0) {
            return;
        }
        if (sk.icsk_timeout > sk.kernel.jiffies64()) {
            SockTimers.set(sk.kernel, this, sk.icsk_timeout);
            return;
        }
        sk.refreshClock();
        switch (sk.icsk_pending) {
            case TcpSock.ICSK_TIME_REO_TIMEOUT -> onReorderingTimeout();
            case TcpSock.ICSK_TIME_LOSS_PROBE -> Retransmitter.sendLossProbe(sk);
            case TcpSock.ICSK_TIME_RETRANS -> {
                sk.icsk_pending = 0;
                onRetransmissionTimeout();
            }
            case TcpSock.ICSK_TIME_PROBE0 -> {
                sk.icsk_pending = 0;
                onProbeTimeout();
            }
            default -> throw new AssertionError("icsk_pending " + sk.icsk_pending);
        }
        sk.deliverEvents();
    }

    /** What RACK was not sure about is lost now (tcp_rack_reo_timeout()). */
    private void onReorderingTimeout() {
        int priorInFlight = sk.packetsInFlight();
        int priorLost = sk.lost;
        Rack.detectLoss(sk);
        if (priorInFlight != sk.packetsInFlight()) {
            if (sk.icsk_ca_state != CaState.RECOVERY) {
                RecoveryState.enterRecovery(sk, false);
                if (!sk.caHas(CongestionOps.CONG_CONTROL)) {
                    CwndReduction.onAck(sk, 1, sk.lost - priorLost, 0);
                }
            }
            Retransmitter.retransmitLost(sk);
        }
        if (sk.icsk_pending != TcpSock.ICSK_TIME_RETRANS) {
            LossProbe.rearmRto(sk);
        }
    }

    void onRetransmissionTimeout() {
        if (sk.fastopen_rsk != null) {
            FastOpenTimeout.fire(sk);
            return;
        }
        SkBuff head = sk.tcp_rtx_queue.head();
        if (sk.packets_out == 0 || head == null) {
            return;
        }
        if (sk.snd_wnd == 0 && !sk.sk_dead && !TcpState.in(sk.skc_state, HANDSHAKE)) {
            probeClosedWindow(head);
            return;
        }
        sk.kernel.mib.inc(Mib.TCP_TIMEOUTS);
        if (GivingUp.afterTimeout(sk)) {
            return;
        }
        if (sk.icsk_retransmits == 0) {
            countKind();
        }
        RecoveryState.enterLoss(sk);
        countTimeout(sk);
        if (!Retransmitter.retransmit(sk, sk.tcp_rtx_queue.head(), 1)) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, sk.kernel.hz / 2);
            return;
        }
        backOff();
    }

    /** The peer has closed its window on data that is out: retransmissions become probes. */
    private void probeClosedWindow(SkBuff head) {
        int sinceMs =
                sk.timeStampMs() - (sk.retrans_stamp != 0 ? sk.retrans_stamp : (int) (head.skb_mstamp_ns / 1_000_000));
        if (GivingUp.closedWindow(sk, sinceMs)) {
            GivingUp.abort(sk, Errno.ETIMEDOUT);
            return;
        }
        RecoveryState.enterLoss(sk);
        Retransmitter.retransmit(sk, sk.tcp_rtx_queue.head(), 1);
        backOff();
    }

    /** Doubles the timeout (RFC 6298, 5.5), but for the first SYNs, which go out at equal intervals. */
    private void backOff() {
        if (isThin()) {
            sk.icsk_backoff = 0;
            sk.icsk_rto = Math.max(RttEstimator.boundedRto(sk), sk.icsk_rto_min);
        } else if (sk.skc_state != TcpState.SYN_SENT || sk.total_rto > sk.kernel.sysctls.tcp_syn_linear_timeouts) {
            sk.icsk_backoff++;
            sk.icsk_rto = Math.min(sk.icsk_rto << 1, SockTimers.rtoMax(sk.kernel));
        }
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, sk.icsk_rto);
    }

    /** TCP_THIN_LINEAR_TIMEOUTS: a stream that keeps few segments in flight tries six times without doubling. */
    private boolean isThin() {
        return sk.thin_lto
                && sk.skc_state == TcpState.ESTABLISHED
                && sk.packets_out < THIN_SEGMENTS
                && !sk.inInitialSlowstart()
                && sk.icsk_retransmits <= THIN_RETRIES;
    }

    static void countTimeout(TcpSock sk) {
        if (sk.icsk_retransmits == 0) {
            sk.total_rto_recoveries++;
            sk.rto_stamp = sk.timeStampMs();
        }
        sk.icsk_retransmits++;
        sk.total_rto++;
    }

    private void countKind() {
        if (sk.icsk_ca_state == CaState.RECOVERY) {
            sk.kernel.mib.inc(Mib.TCP_SACK_RECOVERY_FAIL);
        } else if (sk.icsk_ca_state == CaState.LOSS) {
            sk.kernel.mib.inc(Mib.TCP_LOSS_FAILURES);
        } else if (sk.icsk_ca_state == CaState.DISORDER || sk.sacked_out != 0) {
            sk.kernel.mib.inc(Mib.TCP_SACK_FAILURES);
        }
    }

    private void onProbeTimeout() {
        if (sk.packets_out != 0 || !Sender.hasUnsent(sk)) {
            sk.icsk_probes_out = 0;
            sk.icsk_probes_tstamp = 0;
            return;
        }
        if (GivingUp.probes(sk)) {
            GivingUp.abort(sk, Errno.ETIMEDOUT);
        } else {
            WindowProbe.send(sk);
        }
    }

    @Override
    public String toString() {
        return "retransmit timer of " + sk.kernel.hostName + ":" + sk.skc_num;
    }
}
