package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Takes back a reduction of the window that turns out to have been needless: because an ACK echoes a time stamp older
 * than the first retransmission (Eifel detection, RFC 3522), because every retransmission was reported as a duplicate
 * (RFC 3708), or because F-RTO says so (RFC 5682).
 */
public final class Undo {
    private Undo() {}

    /** From now on undoing is possible: remembers where the episode began. */
    static void begin(TcpSock sk) {
        sk.undo_marker = sk.snd_una;
        sk.undo_retrans = sk.retrans_out;
        if (sk.tlp_high_seq != 0 && sk.tlp_retrans) {
            sk.undo_retrans++;
        }
        if (sk.undo_retrans == 0) {
            sk.undo_retrans = -1; // 0 says that all were duplicates
        }
    }

    /** Whether anything that is outstanding was ever retransmitted (tcp_any_retrans_done()). */
    static boolean anyRetransmitted(TcpSock sk) {
        if (sk.retrans_out != 0) {
            return true;
        }
        SkBuff head = sk.tcp_rtx_queue.head();
        return head != null && (head.sacked & SkBuff.EVER_RETRANS) != 0;
    }

    static void cleanRetransStamp(TcpSock sk) {
        if (!anyRetransmitted(sk)) {
            sk.retrans_stamp = 0;
        }
    }

    /** Whether a segment was retransmitted in vain: the ACK answers an earlier transmission. */
    public static boolean isSpurious(TcpSock sk, SkBuff skb) {
        return (skb.sacked & (SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS)) != 0
                && echoIsBefore(sk, (int) (skb.skb_mstamp_ns / 1_000_000));
    }

    /** Whether the whole episode may be undone at its end (tcp_try_undo_recovery()); leaves for Open. */
    static boolean atEnd(TcpSock sk) {
        if (mayUndo(sk)) {
            boolean wasLoss = sk.icsk_ca_state == CaState.LOSS;
            undo(sk, false);
            sk.kernel.mib.inc(wasLoss ? Mib.TCP_LOSS_UNDO : Mib.TCP_FULL_UNDO);
        } else if (sk.rack_reo_wnd_persist > 0) {
            sk.rack_reo_wnd_persist--;
        }
        if (mustNotReopen(sk)) {
            return true;
        }
        sk.setCaState(CaState.OPEN);
        sk.is_sack_reneg = false;
        return false;
    }

    /** Undoes if DSACKs cover all that was retransmitted. */
    static boolean byDsack(TcpSock sk) {
        if (sk.undo_marker == 0 || sk.undo_retrans != 0) {
            return false;
        }
        sk.rack_reo_wnd_persist = Math.min(Rack.RECOVERY_THRESHOLD, sk.rack_reo_wnd_persist + 1);
        undo(sk, false);
        sk.kernel.mib.inc(Mib.TCP_DSACK_UNDO);
        return true;
    }

    /** Undoes a timeout when part of the data is acknowledged, or when F-RTO found it spurious. */
    static boolean ofLoss(TcpSock sk, boolean frto) {
        if (!frto && !mayUndo(sk)) {
            return false;
        }
        undo(sk, true);
        sk.kernel.mib.inc(Mib.TCP_LOSS_UNDO);
        if (frto) {
            sk.kernel.mib.inc(Mib.TCP_SPURIOUS_RTOS);
        }
        sk.icsk_retransmits = 0;
        if (mustNotReopen(sk)) {
            return true;
        }
        if (frto || sk.rx_opt_sack_ok) {
            sk.setCaState(CaState.OPEN);
            sk.is_sack_reneg = false;
        }
        return true;
    }

    /**
     * Undoes in the midst of recovery if the original has arrived after all.
     *
     * @return whether nothing more is to be retransmitted by this ACK
     */
    static boolean partially(TcpSock sk, int priorSndUna) {
        Reordering.check(sk, priorSndUna, Mib.TCP_TS_REORDER);
        if (sk.retrans_out != 0) {
            return true;
        }
        cleanRetransStamp(sk);
        undo(sk, true);
        sk.kernel.mib.inc(Mib.TCP_PARTIAL_UNDO);
        RecoveryState.keepOpen(sk);
        return false;
    }

    /** Whether the ACK shows that a segment was delayed and not lost (tcp_packet_delayed()). */
    static boolean packetDelayed(TcpSock sk) {
        if (sk.retrans_stamp != 0) {
            return echoIsBefore(sk, sk.retrans_stamp);
        }
        // No retransmission was stamped: nothing was resent, but for a SYN, whose stamp its ACK has just cleared.
        boolean dupAcksCleared = !sk.rx_opt_sack_ok && !SeqNum.before(sk.snd_una, sk.high_seq);
        return !dupAcksCleared && sk.skc_state != TcpState.SYN_SENT;
    }

    private static boolean mayUndo(TcpSock sk) {
        return sk.undo_marker != 0 && (sk.undo_retrans == 0 || packetDelayed(sk));
    }

    private static boolean echoIsBefore(TcpSock sk, int stampMs) {
        return sk.rx_opt_saw_tstamp && sk.rx_opt_rcv_tsecr != 0 && SeqNum.before(sk.rx_opt_rcv_tsecr, stampMs);
    }

    /** Without SACK, duplicate ACKs up to high_seq may still come: the old state is kept (RFC 6582, section 3.2). */
    private static boolean mustNotReopen(TcpSock sk) {
        if (sk.snd_una != sk.high_seq || sk.rx_opt_sack_ok) {
            return false;
        }
        cleanRetransStamp(sk);
        return true;
    }

    private static void undo(TcpSock sk, boolean unmarkLoss) {
        if (unmarkLoss) {
            for (SkBuff skb = sk.tcp_rtx_queue.head(); skb != null; skb = skb.next) {
                skb.sacked &= ~SkBuff.LOST;
            }
            sk.lost_out = 0;
            sk.retransmit_skb_hint = null;
        }
        if (sk.prior_ssthresh != 0) {
            sk.snd_cwnd = sk.icsk_ca_ops.undo_cwnd(sk);
            if (sk.prior_ssthresh > sk.snd_ssthresh) {
                sk.snd_ssthresh = sk.prior_ssthresh;
                Ecn.withdrawCwr(sk);
            }
        }
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        sk.undo_marker = 0;
        sk.rack_advanced = true;
    }
}
