package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.AckNotes;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The states Open, Disorder, CWR, Recovery and Loss, and what an ACK or a timeout moves between them (Linux 6.12,
 * tcp_fastretrans_alert() and tcp_enter_loss() in net/ipv4/tcp_input.c). It decides what is lost and whether the window
 * is to shrink; it neither sets the window nor sends.
 */
public final class RecoveryState {
    private static final int RENEGING_DELAY_MS = 10;

    private RecoveryState() {}

    /** Deals with an ACK that is unusual, or that comes in a state other than Open. */
    public static void onDubiousAck(TcpSock sk, int dupAcks, AckNotes notes) {
        final int flag = notes.flag;
        final boolean ece = (flag & AckFlag.ECE) != 0;
        boolean forceLoss = dupAcks != 0 || (flag & AckFlag.DATA_SACKED) != 0 && isFarBehindSacks(sk);
        if (sk.packets_out == 0 && sk.sacked_out != 0) {
            sk.sacked_out = 0;
        }
        if (ece) {
            sk.prior_ssthresh = 0;
        }
        if (awaitReneging(sk, notes)) {
            return;
        }
        if (sk.icsk_ca_state == CaState.OPEN) {
            sk.retrans_stamp = 0;
        } else if (!SeqNum.before(sk.snd_una, sk.high_seq) && leaveState(sk)) {
            return;
        }
        boolean entered = false;
        switch (sk.icsk_ca_state) {
            case CaState.RECOVERY -> {
                if ((flag & AckFlag.SND_UNA_ADVANCED) == 0) {
                    addRenoSack(sk, dupAcks, ece);
                } else if (sk.undo_marker != 0 && Undo.packetDelayed(sk)) {
                    if (Undo.partially(sk, notes.priorSndUna)) {
                        return;
                    }
                } else {
                    forceLoss = isFarBehindSacks(sk);
                }
                if (Undo.byDsack(sk)) {
                    tryToOpen(sk, flag);
                }
                identifyLoss(sk, notes);
                if (sk.icsk_ca_state != CaState.RECOVERY) {
                    if (!isTimeToRecover(sk)) {
                        return;
                    }
                    enterRecovery(sk, ece);
                }
            }
            case CaState.LOSS -> {
                processLoss(sk, dupAcks, notes);
                if (sk.icsk_ca_state != CaState.LOSS) {
                    updateRtoTime(sk);
                }
                identifyLoss(sk, notes);
                if (sk.icsk_ca_state != CaState.OPEN && (notes.flag & AckFlag.LOST_RETRANS) == 0) {
                    return;
                }
                if (!openOrRecover(sk, dupAcks, notes)) {
                    return;
                }
                entered = true;
            }
            default -> {
                if (!openOrRecover(sk, dupAcks, notes)) {
                    return;
                }
                entered = true;
            }
        }
        if (!Rack.isOn(sk) && forceLoss) {
            DupThresh.update(sk, entered);
        }
        notes.rexmit = AckNotes.REXMIT_LOST;
    }

    /** Begins fast recovery (RFC 6675, section 5). */
    public static void enterRecovery(TcpSock sk, boolean ece) {
        Undo.cleanRetransStamp(sk);
        sk.kernel.mib.inc(sk.rx_opt_sack_ok ? Mib.TCP_SACK_RECOVERY : Mib.TCP_RENO_RECOVERY);
        sk.prior_ssthresh = 0;
        Undo.begin(sk);
        if (!sk.inCwndReduction()) {
            if (!ece) {
                sk.prior_ssthresh = sk.currentSsthresh();
            }
            CwndReduction.begin(sk);
        }
        sk.setCaState(CaState.RECOVERY);
    }

    /** A retransmission timeout (RFC 6298, section 5; RFC 5681, section 3.1): the window is one segment again. */
    public static void enterLoss(TcpSock sk) {
        final boolean newRecovery = sk.icsk_ca_state < CaState.RECOVERY;
        markLostByTimeout(sk);
        if (sk.icsk_ca_state <= CaState.DISORDER
                || !SeqNum.after(sk.high_seq, sk.snd_una)
                || sk.icsk_ca_state == CaState.LOSS && sk.icsk_retransmits == 0) {
            sk.prior_ssthresh = sk.currentSsthresh();
            sk.prior_cwnd = sk.snd_cwnd;
            sk.snd_ssthresh = sk.icsk_ca_ops.ssthresh(sk);
            sk.caEvent(CaEvent.LOSS);
            Undo.begin(sk);
        }
        sk.snd_cwnd = sk.packetsInFlight() + 1;
        sk.snd_cwnd_cnt = 0;
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        int defaultReordering = sk.kernel.sysctls.tcp_reordering;
        if (sk.icsk_ca_state <= CaState.DISORDER && sk.sacked_out >= defaultReordering) {
            sk.reordering = Math.min(sk.reordering, defaultReordering);
        }
        sk.setCaState(CaState.LOSS);
        sk.high_seq = sk.snd_nxt;
        sk.tlp_high_seq = 0;
        Ecn.queueCwr(sk);
        sk.frto =
                sk.kernel.sysctls.tcp_frto != 0 && (newRecovery || sk.icsk_retransmits != 0) && sk.mtup_probe_size == 0;
    }

    /**
     * Segments are lost for another reason than congestion, a smaller MTU or a SYN whose data was not taken: state Loss
     * without a smaller window, so that the end of the repair is noticed ({@code
     * tcp_non_congestion_loss_retransmit()}). What is lost is marked; the caller sends.
     */
    public static void enterLossWithoutCongestion(TcpSock sk) {
        if (sk.icsk_ca_state != CaState.LOSS) {
            sk.high_seq = sk.snd_nxt;
            sk.snd_ssthresh = sk.currentSsthresh();
            sk.prior_ssthresh = 0;
            sk.undo_marker = 0;
            sk.setCaState(CaState.LOSS);
        }
    }

    /**
     * The handshake of a connection that was opened fast is complete: if a SYN-ACK was sent twice in vain, the window is
     * as before (Linux 6.12, tcp_rcv_synrecv_state_fastopen() in net/ipv4/tcp_input.c).
     */
    public static void onFastOpenEstablished(TcpSock sk) {
        if (sk.icsk_ca_state == CaState.LOSS && sk.packets_out == 0) {
            Undo.atEnd(sk);
        }
        updateRtoTime(sk);
        sk.icsk_retransmits = 0;
        Undo.cleanRetransStamp(sk);
    }

    /** Back to Open, or to Disorder while something is SACKed or was retransmitted. */
    static void keepOpen(TcpSock sk) {
        int state = sk.leftOut() != 0 || Undo.anyRetransmitted(sk) ? CaState.DISORDER : CaState.OPEN;
        if (sk.icsk_ca_state != state) {
            sk.setCaState(state);
            sk.high_seq = sk.snd_nxt;
        }
    }

    /** Ends a state whose {@code high_seq} is acknowledged. Returns whether the ACK needs no more attention. */
    private static boolean leaveState(TcpSock sk) {
        if (sk.icsk_ca_state == CaState.CWR) {
            if (sk.snd_una != sk.high_seq) { // something above must be acknowledged, so that CWR got through
                CwndReduction.end(sk);
                sk.setCaState(CaState.OPEN);
            }
        } else if (sk.icsk_ca_state == CaState.RECOVERY) {
            if (!sk.rx_opt_sack_ok) {
                sk.sacked_out = 0;
            }
            if (Undo.atEnd(sk)) {
                return true;
            }
            CwndReduction.end(sk);
        }
        return false;
    }

    /** Open, Disorder and CWR: looks for loss. Returns whether recovery was entered. */
    private static boolean openOrRecover(TcpSock sk, int dupAcks, AckNotes notes) {
        boolean ece = (notes.flag & AckFlag.ECE) != 0;
        if (!sk.rx_opt_sack_ok) {
            if ((notes.flag & AckFlag.SND_UNA_ADVANCED) != 0) {
                sk.sacked_out = 0;
            }
            addRenoSack(sk, dupAcks, ece);
        }
        if (sk.icsk_ca_state <= CaState.DISORDER) {
            Undo.byDsack(sk);
        }
        identifyLoss(sk, notes);
        if (!isTimeToRecover(sk)) {
            tryToOpen(sk, notes.flag);
            return false;
        }
        if (sk.icsk_ca_state < CaState.CWR && sk.mtup_probe_size != 0 && sk.snd_una == sk.mtu_probe_seq_start) {
            notes.mtuProbeLost = true; // that is no congestion
            return false;
        }
        enterRecovery(sk, ece);
        return true;
    }

    private static void tryToOpen(TcpSock sk, int flag) {
        Undo.cleanRetransStamp(sk);
        if ((flag & AckFlag.ECE) != 0) {
            CwndReduction.enterCwr(sk);
        }
        if (sk.icsk_ca_state != CaState.CWR) {
            keepOpen(sk);
        }
    }

    /** An ACK in state Loss (F-RTO: RFC 5682, section 3.1 in its SACK-enhanced form). */
    private static void processLoss(TcpSock sk, int dupAcks, AckNotes notes) {
        final boolean advanced = (notes.flag & AckFlag.SND_UNA_ADVANCED) != 0;
        final boolean recovered = !SeqNum.before(sk.snd_una, sk.high_seq);
        if ((advanced || sk.fastopen_rsk != null) && Undo.ofLoss(sk, false)) {
            return;
        }
        if (sk.frto) {
            if ((notes.flag & AckFlag.ORIG_SACK_ACKED) != 0 && Undo.ofLoss(sk, true)) {
                return;
            }
            if (SeqNum.after(sk.snd_nxt, sk.high_seq)) {
                if ((notes.flag & AckFlag.DATA_SACKED) != 0 || dupAcks != 0) {
                    sk.frto = false; // the loss was real
                }
            } else if (advanced && !recovered) {
                sk.high_seq = sk.snd_nxt;
                if (sk.write_seq != sk.snd_nxt && SeqNum.after(sk.wndEnd(), sk.snd_nxt)) {
                    notes.rexmit = AckNotes.REXMIT_NEW;
                    return;
                }
                sk.frto = false;
            }
        }
        if (recovered) {
            Undo.atEnd(sk);
            return;
        }
        if (!sk.rx_opt_sack_ok) {
            if (SeqNum.after(sk.snd_nxt, sk.high_seq) && dupAcks != 0) {
                addRenoSack(sk, dupAcks, (notes.flag & AckFlag.ECE) != 0);
            } else if (advanced) {
                sk.sacked_out = 0;
            }
        }
        notes.rexmit = AckNotes.REXMIT_LOST;
    }

    private static void identifyLoss(TcpSock sk, AckNotes notes) {
        if (sk.tcp_rtx_queue.isEmpty()) {
            return;
        }
        if (!sk.rx_opt_sack_ok) {
            markLostByDupAcks(sk, (notes.flag & AckFlag.SND_UNA_ADVANCED) != 0);
        } else if (Rack.isOn(sk)) {
            int priorRetrans = sk.retrans_out;
            if (Rack.markLost(sk)) {
                notes.flag &= ~AckFlag.SET_XMIT_TIMER;
            }
            if (priorRetrans > sk.retrans_out) {
                notes.flag |= AckFlag.LOST_RETRANS;
            }
        }
    }

    private static boolean isTimeToRecover(TcpSock sk) {
        return sk.lost_out != 0 || !Rack.isOn(sk) && sk.sacked_out + 1 > sk.reordering;
    }

    private static boolean isFarBehindSacks(TcpSock sk) {
        return SeqNum.after(sk.highestSackSeq(), sk.snd_una + sk.reordering * sk.mss_cache);
    }

    /** The peer seems to have dropped what it SACKed: waits a little before believing it (RFC 2018, section 8). */
    private static boolean awaitReneging(TcpSock sk, AckNotes notes) {
        int both = AckFlag.SACK_RENEGING | AckFlag.SND_UNA_ADVANCED;
        if ((notes.flag & both) != both) {
            return false;
        }
        long delay = Math.max(sk.kernel.usToJiffies(sk.srtt_us >>> 4), sk.kernel.msToJiffies(RENEGING_DELAY_MS));
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, delay);
        notes.flag &= ~AckFlag.SET_XMIT_TIMER;
        return true;
    }

    /** Marks lost what a timeout says is lost: all, but for what was sent within the last RTT. */
    private static void markLostByTimeout(TcpSock sk) {
        SkBuff head = sk.tcp_rtx_queue.head();
        boolean reneged = head != null && (head.sacked & SkBuff.SACKED_ACKED) != 0;
        if (reneged) {
            sk.kernel.mib.inc(Mib.TCP_SACK_RENEGING);
            sk.sacked_out = 0;
            sk.is_sack_reneg = true;
        } else if (!sk.rx_opt_sack_ok) {
            sk.sacked_out = 0;
        }
        for (SkBuff skb = head; skb != null; skb = skb.next) {
            if (reneged) {
                skb.sacked &= ~SkBuff.SACKED_ACKED;
            } else if (Rack.isOn(sk) && skb != head && Rack.timeoutUs(sk, skb.sentUs(), 0) > 0) {
                continue;
            }
            Scoreboard.markLost(sk, skb);
        }
        sk.retransmit_skb_hint = null;
    }

    /** For a peer without SACK: three duplicate ACKs mark the head lost, a partial ACK the next (RFC 6582). */
    private static void markLostByDupAcks(TcpSock sk, boolean advanced) {
        boolean enough = sk.icsk_ca_state < CaState.RECOVERY && sk.sacked_out >= sk.reordering;
        if (enough || sk.icsk_ca_state == CaState.RECOVERY && advanced) {
            SkBuff head = sk.tcp_rtx_queue.head();
            if ((head.sacked & SkBuff.LOST) == 0) {
                if (head.pcount > 1 && head.payloadBytes() > head.gso_size) {
                    SkbSegments.splitSent(sk, head, head.gso_size, head.gso_size);
                }
                Scoreboard.markLost(sk, head);
            }
        }
    }

    /** For a peer without SACK: a duplicate ACK says that some segment has arrived. */
    private static void addRenoSack(TcpSock sk, int dupAcks, boolean ece) {
        if (dupAcks == 0 || sk.rx_opt_sack_ok) {
            return;
        }
        int prior = sk.sacked_out;
        sk.sacked_out += dupAcks;
        RenoSacks.limit(sk, 0);
        if (sk.sacked_out > prior) {
            Delivery.count(sk, sk.sacked_out - prior, ece);
        }
    }

    private static void updateRtoTime(TcpSock sk) {
        if (sk.rto_stamp != 0) {
            sk.total_rto_time += sk.timeStampMs() - sk.rto_stamp;
            sk.rto_stamp = 0;
        }
    }
}
