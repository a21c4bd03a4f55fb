package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Data Center TCP (RFC 8257) as Linux 6.12 has it (net/ipv4/tcp_dctcp.c).
 *
 * <p>The sender keeps alpha, a moving average of the fraction of segments that were delivered with a mark, in units
 * of 1/1024, updated once per window (section 3.3), and reduces the window by alpha/2. The receiver tells every
 * change of the CE mark at once (section 3.2). Loss is met with half the window (section 3.5); growth is Reno's.
 *
 * <p>Where RFC and Linux differ we follow Linux: M counts segments, not bytes, and an observation window ends when
 * its last byte is acknowledged, not the byte after. Not here: PLB, which net.ipv4.tcp_plb_enabled switches on in
 * Linux and which is off by default.
 *
 * <p>Hot path: no allocation.
 */
public final class Dctcp implements CongestionOps {
    static final int MAX_ALPHA = 1024;
    /** g = 1/16 (RFC 8257, section 4.2). */
    private static final int SHIFT_G = 4;

    private static final int MIN_CWND = 2;

    /** What Linux falls back to on a connection without ECN; it is not in the registry. */
    private final CongestionOps withoutEcn = new Reno("dctcp-reno", 0);

    private static final class State {
        int alpha;
        int nextSeq;
        int oldDelivered;
        int oldDeliveredCe;
        int lossCwnd;
        int priorRcvNxt;
        boolean ce;

        void beginWindow(TcpSock sk) {
            nextSeq = sk.snd_nxt;
            oldDelivered = sk.delivered;
            oldDeliveredCe = sk.delivered_ce;
        }
    }

    @Override
    public String name() {
        return "dctcp";
    }

    @Override
    public int flags() {
        return TCP_CONG_NEEDS_ECN;
    }

    @Override
    public int members() {
        return INIT | SET_STATE | CWND_EVENT | IN_ACK_EVENT | GET_INFO;
    }

    private static State state(TcpSock sk) {
        if (sk.caState instanceof State s) {
            return s;
        }
        State s = new State();
        sk.caState = s;
        return s;
    }

    @Override
    public void init(TcpSock sk) {
        boolean unconnected = sk.skc_state == TcpState.LISTEN || sk.skc_state == TcpState.CLOSE;
        if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) == 0 && !unconnected) {
            CongestionControl.fallBack(sk, withoutEcn);
            return;
        }
        State s = state(sk);
        s.alpha = MAX_ALPHA;
        s.lossCwnd = 0;
        s.priorRcvNxt = sk.rcv_nxt;
        s.ce = false;
        s.beginWindow(sk);
    }

    /** RFC 8257, section 3.3: cwnd (1 - alpha/2). */
    @Override
    public int ssthresh(TcpSock sk) {
        State s = state(sk);
        int cwnd = sk.snd_cwnd;
        s.lossCwnd = cwnd;
        return Math.max(cwnd - (cwnd * s.alpha >>> 11), MIN_CWND);
    }

    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        Reno.congAvoid(sk, acked);
    }

    /** RFC 8257, section 3.3, steps 3 to 8. */
    @Override
    public void in_ack_event(TcpSock sk, int flags) {
        State s = state(sk);
        if (SeqNum.before(sk.snd_una, s.nextSeq)) {
            return;
        }
        s.alpha = nextAlpha(s.alpha, sk.delivered - s.oldDelivered, sk.delivered_ce - s.oldDeliveredCe);
        s.beginWindow(sk);
    }

    /**
     * alpha (1 - g) + g M in units of 1/1024, M being {@code marked / delivered}. The last step to zero is made in
     * one, as RFC 8257, section 4.2, wants it: an alpha too small to be shifted would never fade.
     */
    static int nextAlpha(int alpha, int delivered, int marked) {
        int decay = alpha >>> SHIFT_G;
        int faded = decay == 0 ? 0 : alpha - decay;
        if (marked == 0) {
            return faded;
        }
        int gain = Integer.divideUnsigned(marked << (10 - SHIFT_G), Math.max(1, delivered));
        return Math.min(faded + gain, MAX_ALPHA);
    }

    @Override
    public void set_state(TcpSock sk, int newState) {
        if (newState == CaState.RECOVERY && sk.icsk_ca_state != CaState.RECOVERY) {
            reactToLoss(sk);
        }
    }

    @Override
    public void cwnd_event(TcpSock sk, int event) {
        switch (event) {
            case CaEvent.ECN_IS_CE -> segmentArrived(sk, true);
            case CaEvent.ECN_NO_CE -> segmentArrived(sk, false);
            case CaEvent.LOSS -> reactToLoss(sk);
            default -> {
                // Nothing else concerns it.
            }
        }
    }

    @Override
    public int undo_cwnd(TcpSock sk) {
        return Math.max(sk.snd_cwnd, state(sk).lossCwnd);
    }

    @Override
    public String get_info(TcpSock sk) {
        State s = state(sk);
        return "dctcp:(ce_state:" + (s.ce ? 1 : 0) + ",alpha:" + s.alpha + ")";
    }

    /** RFC 8257, section 3.5: like any TCP, by half, whatever alpha says. */
    private static void reactToLoss(TcpSock sk) {
        state(sk).lossCwnd = sk.snd_cwnd;
        sk.snd_ssthresh = Reno.halved(sk);
    }

    /**
     * RFC 8257, section 3.2, figure 1. When marks begin or end, an ACK that was being delayed leaves first: it covers
     * what came before the change and echoes the old state. The segment that brought the change is acknowledged
     * at once.
     */
    private static void segmentArrived(TcpSock sk, boolean ce) {
        State s = state(sk);
        if (s.ce != ce) {
            if ((sk.icsk_ack_pending & TcpSock.ICSK_ACK_TIMER) != 0) {
                echo(sk, s.ce);
                sk.kernel.stack().sendAck(sk, s.priorRcvNxt);
            }
            sk.icsk_ack_pending |= TcpSock.ICSK_ACK_NOW;
        }
        s.priorRcvNxt = sk.rcv_nxt;
        s.ce = ce;
        echo(sk, ce);
    }

    /** Linux sets ECE on ACKs while this flag is there; DCTCP's receiver does not wait for CWR. */
    private static void echo(TcpSock sk, boolean ce) {
        if (ce) {
            sk.ecn_flags |= TcpSock.TCP_ECN_DEMAND_CWR;
        } else {
            sk.ecn_flags &= ~TcpSock.TCP_ECN_DEMAND_CWR;
        }
    }
}
