package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Proportional Rate Reduction: how the window shrinks to the slow start threshold while ACKs come in (RFC 6937, with the
 * slow start bound whenever snd_una advances without further loss, as RFC 9937 and Linux 6.12 have it).
 */
public final class CwndReduction {
    private CwndReduction() {}

    /** Starts one: asks the congestion control for the threshold (tcp_init_cwnd_reduction()). */
    public static void begin(TcpSock sk) {
        sk.high_seq = sk.snd_nxt;
        sk.tlp_high_seq = 0;
        sk.snd_cwnd_cnt = 0;
        sk.prior_cwnd = sk.snd_cwnd;
        sk.prr_delivered = 0;
        sk.prr_out = 0;
        sk.snd_ssthresh = sk.icsk_ca_ops.ssthresh(sk);
        Ecn.queueCwr(sk);
    }

    /** Sets the window for what this ACK lets out (tcp_cwnd_reduction()). */
    public static void onAck(TcpSock sk, int newlyDelivered, int newlyLost, int flag) {
        if (newlyDelivered <= 0 || sk.prior_cwnd == 0) {
            return;
        }
        int inFlight = sk.packetsInFlight();
        int room = sk.snd_ssthresh - inFlight;
        sk.prr_delivered += newlyDelivered;
        int send;
        if (room < 0) {
            long numerator = (long) sk.snd_ssthresh * sk.prr_delivered + sk.prior_cwnd - 1;
            send = (int) (numerator / sk.prior_cwnd) - sk.prr_out;
        } else {
            send = Math.max(sk.prr_delivered - sk.prr_out, newlyDelivered);
            if ((flag & AckFlag.SND_UNA_ADVANCED) != 0 && newlyLost == 0) {
                send++;
            }
            send = Math.min(room, send);
        }
        send = Math.max(send, sk.prr_out != 0 ? 0 : 1); // the fast retransmission itself always goes
        sk.snd_cwnd = inFlight + send;
    }

    /** Ends one: the window is the threshold now, unless the reduction was undone (tcp_end_cwnd_reduction()). */
    public static void end(TcpSock sk) {
        if (sk.caHas(CongestionOps.CONG_CONTROL)) {
            return;
        }
        boolean stillDue = sk.icsk_ca_state == CaState.CWR || sk.undo_marker != 0;
        if (sk.snd_ssthresh < TcpSock.TCP_INFINITE_SSTHRESH && stillDue) {
            sk.snd_cwnd = sk.snd_ssthresh;
            sk.snd_cwnd_stamp = sk.kernel.jiffies();
        }
        sk.caEvent(CaEvent.COMPLETE_CWR);
    }

    /** An ECN echo or a local drop asks for less; cannot be undone (tcp_enter_cwr()). */
    public static void enterCwr(TcpSock sk) {
        sk.prior_ssthresh = 0;
        if (sk.icsk_ca_state < CaState.CWR) {
            sk.undo_marker = 0;
            begin(sk);
            sk.setCaState(CaState.CWR);
        }
    }
}
