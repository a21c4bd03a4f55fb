package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.output.CwndUsage;
import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.MtuProbe;
import org.bpfsim.tcp.output.Retransmitter;
import org.bpfsim.tcp.output.SendBuffer;
import org.bpfsim.tcp.output.Sender;
import org.bpfsim.tcp.output.WindowProbe;
import org.bpfsim.tcp.recovery.CwndReduction;
import org.bpfsim.tcp.recovery.Delivery;
import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.recovery.Rack;
import org.bpfsim.tcp.recovery.RateSampler;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.recovery.Scoreboard;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.AckNotes;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Processes the acknowledgement of a segment, in Linux's order (6.12, tcp_ack() in net/ipv4/tcp_input.c): window, SACKs,
 * retransmit queue, {@code in_ack_event}, loss recovery, timers, rate sample, {@code cong_control} or {@code cong_avoid},
 * retransmissions. Hot path: no allocation.
 */
public final class AckInput {
    private AckInput() {}

    /**
     * Processes an ACK.
     *
     * @param initialFlag bits of {@link AckFlag} that the caller knows
     * @return 1 if it was acceptable, 0 if it was old, -1 if it acknowledges what was never sent or long ago
     */
    static int process(TcpSock sk, TcpSegment segment, int initialFlag) {
        final AckNotes notes = sk.kernel.ackNotes;
        final RateSample rs = sk.kernel.rateSample;
        final int ack = segment.ack;
        final int priorUna = sk.snd_una;
        final boolean wasReneging = sk.is_sack_reneg;
        final int priorPackets = sk.packets_out;
        final int priorDelivered = sk.delivered;
        final int priorLost = sk.lost;
        begin(notes, rs, initialFlag, priorUna);
        if (SeqNum.before(ack, priorUna)) {
            return oldAck(sk, segment, notes, priorDelivered);
        }
        if (SeqNum.after(ack, sk.snd_nxt)) {
            return -1;
        }
        if (SeqNum.after(ack, priorUna)) {
            notes.flag |= AckFlag.SND_UNA_ADVANCED;
            sk.icsk_retransmits = 0;
        }
        final int priorHighestSack = sk.rx_opt_sack_ok ? sk.highestSackSeq() : sk.snd_una;
        rs.prior_in_flight = sk.packetsInFlight();
        if ((notes.flag & AckFlag.UPDATE_TS_RECENT) != 0) {
            Timestamps.replaceRecent(sk, segment.seq);
        }
        if ((notes.flag & (AckFlag.SLOWPATH | AckFlag.SND_UNA_ADVANCED)) == AckFlag.SND_UNA_ADVANCED) {
            sk.snd_wl1 = segment.seq;
            advanceUna(sk, ack);
            notes.flag |= AckFlag.WIN_UPDATE;
            sk.kernel.mib.inc(Mib.TCP_HP_ACKS);
        } else {
            readSlowly(sk, segment, notes);
        }
        EcnEcho.acceptCwr(sk, segment);
        sk.sk_err_soft = 0;
        sk.icsk_probes_out = 0;
        sk.rcv_tstamp = sk.kernel.jiffies();
        if (priorPackets == 0) {
            nothingWasOut(sk, segment, notes, priorDelivered);
            return 1;
        }
        RtxCleaner.clean(sk, notes, rs, priorHighestSack);
        Rack.updateReorderingWindow(sk, rs);
        tellInAckEvent(sk, notes.flag);
        if (sk.tlp_high_seq != 0) {
            LossProbe.onAck(sk, ack, notes.flag);
        }
        if (isDubious(sk, notes.flag)) {
            boolean isDuplicate =
                    (notes.flag & (AckFlag.SND_UNA_ADVANCED | AckFlag.NOT_DUP | AckFlag.DSACKING_ACK)) == 0;
            RecoveryState.onDubiousAck(sk, isDuplicate ? 1 : 0, notes);
            repairMtuProbe(sk, notes);
        }
        if ((notes.flag & AckFlag.SET_XMIT_TIMER) != 0) {
            LossProbe.setXmitTimer(sk);
        }
        int delivered = newlyDelivered(sk, priorDelivered, notes.flag);
        rs.is_ack_delayed = (notes.flag & AckFlag.ACK_MAYBE_DELAYED) != 0;
        RateSampler.generate(sk, delivered, sk.lost - priorLost, wasReneging, rs);
        controlCongestion(sk, ack, delivered, notes.flag, rs);
        retransmit(sk, notes.rexmit);
        return 1;
    }

    /** The peer's window as a segment states it, scaled but for SYNs. */
    static int window(TcpSock sk, TcpSegment segment) {
        return segment.has(TcpSegment.SYN) ? segment.window : segment.window << sk.rx_opt_snd_wscale;
    }

    /** Whether a segment's window is news (RFC 9293, section 3.10.7.4: SND.WL1; tcp_may_update_window()). */
    static boolean mayUpdateWindow(TcpSock sk, int ack, int seq, int window) {
        return SeqNum.after(ack, sk.snd_una)
                || SeqNum.after(seq, sk.snd_wl1)
                || seq == sk.snd_wl1 && (Integer.compareUnsigned(window, sk.snd_wnd) > 0 || window == 0);
    }

    /** Twice the present rate in slow start, 1.2 times after (tcp_update_pacing_rate()), in bytes per second. */
    public static void updatePacingRate(TcpSock sk) {
        int ratio = sk.snd_cwnd < sk.snd_ssthresh / 2
                ? sk.kernel.sysctls.tcp_pacing_ss_ratio
                : sk.kernel.sysctls.tcp_pacing_ca_ratio;
        long rate = (long) sk.mss_cache * (1_000_000 / 100 << 3) * ratio * Math.max(sk.snd_cwnd, sk.packets_out);
        if (sk.srtt_us != 0) {
            rate /= sk.srtt_us;
        }
        sk.sk_pacing_rate = Long.compareUnsigned(rate, sk.sk_max_pacing_rate) < 0 ? rate : sk.sk_max_pacing_rate;
    }

    private static void begin(AckNotes notes, RateSample rs, int flag, int priorUna) {
        rs.reset();
        notes.flag = flag;
        notes.rexmit = AckNotes.REXMIT_NONE;
        notes.mtuProbeLost = false;
        notes.priorSndUna = priorUna;
        notes.firstSackUs = 0;
        notes.lastSackUs = 0;
        notes.sackDelivered = 0;
    }

    /** An ACK that may bring a window, SACKs, an ECN echo. */
    private static void readSlowly(TcpSock sk, TcpSegment segment, AckNotes notes) {
        if (segment.seq != segment.endSeq()) {
            notes.flag |= AckFlag.DATA;
        } else {
            sk.kernel.mib.inc(Mib.TCP_PURE_ACKS);
        }
        updateWindow(sk, segment, notes);
        advanceUna(sk, segment.ack);
        if (segment.sackCount > 0 && sk.rx_opt_sack_ok) {
            Scoreboard.tag(sk, segment, notes);
        }
        if (EcnEcho.isEcho(sk, segment)) {
            notes.flag |= AckFlag.ECE;
        }
        if (notes.sackDelivered != 0) {
            Delivery.count(sk, notes.sackDelivered, (notes.flag & AckFlag.ECE) != 0);
        }
    }

    private static void updateWindow(TcpSock sk, TcpSegment segment, AckNotes notes) {
        int window = window(sk, segment);
        if (!mayUpdateWindow(sk, segment.ack, segment.seq, window)) {
            return;
        }
        notes.flag |= AckFlag.WIN_UPDATE;
        sk.snd_wl1 = segment.seq;
        if (sk.snd_wnd == window) {
            return;
        }
        sk.snd_wnd = window;
        if (Sender.hasUnsent(sk)) {
            CwndUsage.slowStartAfterIdle(sk);
        }
        if (Integer.compareUnsigned(window, sk.max_window) > 0) {
            sk.max_window = window;
            Mss.sync(sk);
        }
    }

    private static void advanceUna(TcpSock sk, int ack) {
        sk.bytes_acked += Integer.toUnsignedLong(ack - sk.snd_una);
        sk.snd_una = ack;
    }

    private static int oldAck(TcpSock sk, TcpSegment segment, AckNotes notes, int priorDelivered) {
        int plausible = (int) Math.min(Integer.toUnsignedLong(sk.max_window), sk.bytes_acked);
        if (SeqNum.before(segment.ack, sk.snd_una - plausible)) {
            if ((notes.flag & AckFlag.NO_CHALLENGE_ACK) == 0) {
                Validation.challenge(sk);
            }
            return -1;
        }
        if ((notes.flag & AckFlag.UPDATE_TS_RECENT) != 0) {
            Timestamps.replaceRecent(sk, segment.seq);
        }
        if (segment.sackCount > 0 && sk.rx_opt_sack_ok) {
            Scoreboard.tag(sk, segment, notes);
            RecoveryState.onDubiousAck(sk, 0, notes);
            repairMtuProbe(sk, notes);
            newlyDelivered(sk, priorDelivered, notes.flag);
            retransmit(sk, notes.rexmit);
        }
        return 0;
    }

    private static void nothingWasOut(TcpSock sk, TcpSegment segment, AckNotes notes, int priorDelivered) {
        tellInAckEvent(sk, notes.flag);
        if ((notes.flag & AckFlag.DSACKING_ACK) != 0) {
            RecoveryState.onDubiousAck(sk, 0, notes);
            repairMtuProbe(sk, notes);
            newlyDelivered(sk, priorDelivered, notes.flag);
        }
        if (Sender.hasUnsent(sk)) {
            afterProbe(sk);
        }
        if (sk.tlp_high_seq != 0) {
            LossProbe.onAck(sk, segment.ack, notes.flag);
        }
    }

    /** The answer to a zero window probe, perhaps: has the window opened for the first buffer? (tcp_ack_probe()). */
    private static void afterProbe(TcpSock sk) {
        if (!SeqNum.after(sk.sk_write_queue.head().end_seq, sk.wndEnd())) {
            sk.icsk_backoff = 0;
            sk.icsk_probes_tstamp = 0;
            SockTimers.clearXmitTimer(sk);
        } else {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_PROBE0, WindowProbe.interval(sk));
        }
    }

    private static void repairMtuProbe(TcpSock sk, AckNotes notes) {
        if (notes.mtuProbeLost) {
            MtuProbe.failed(sk);
        }
    }

    private static boolean isDubious(TcpSock sk, int flag) {
        return (flag & AckFlag.NOT_DUP) == 0 || (flag & AckFlag.CA_ALERT) != 0 || sk.icsk_ca_state != CaState.OPEN;
    }

    private static void tellInAckEvent(TcpSock sk, int flag) {
        if (!sk.caHas(CongestionOps.IN_ACK_EVENT)) {
            return;
        }
        int event = (flag & AckFlag.WIN_UPDATE) != 0 ? CaEvent.CA_ACK_WIN_UPDATE : 0;
        if ((flag & AckFlag.SLOWPATH) != 0) {
            event |= CaEvent.CA_ACK_SLOWPATH;
            if ((flag & AckFlag.ECE) != 0) {
                event |= CaEvent.CA_ACK_ECE;
            }
        }
        sk.icsk_ca_ops.in_ack_event(sk, event);
    }

    private static int newlyDelivered(TcpSock sk, int prior, int flag) {
        int delivered = sk.delivered - prior;
        sk.kernel.mib.add(Mib.TCP_DELIVERED, delivered);
        if ((flag & AckFlag.ECE) != 0) {
            sk.kernel.mib.add(Mib.TCP_DELIVERED_CE, delivered);
        }
        return delivered;
    }

    /** Lets the congestion control set the window, or PRR while it shrinks (tcp_cong_control()). */
    private static void controlCongestion(TcpSock sk, int ack, int delivered, int flag, RateSample rs) {
        if (sk.caHas(CongestionOps.CONG_CONTROL)) {
            sk.icsk_ca_ops.cong_control(sk, ack, flag, rs);
            return;
        }
        if (sk.inCwndReduction()) {
            CwndReduction.onAck(sk, delivered, rs.losses, flag);
        } else if (mayRaiseCwnd(sk, flag)) {
            sk.icsk_ca_ops.cong_avoid(sk, ack, delivered);
            sk.snd_cwnd_stamp = sk.kernel.jiffies();
        }
        updatePacingRate(sk);
    }

    /** Where reordering is common, any progress may raise the window, else only acknowledged data. */
    private static boolean mayRaiseCwnd(TcpSock sk, int flag) {
        int progress = sk.reordering > sk.kernel.sysctls.tcp_reordering ? AckFlag.FORWARD_PROGRESS : AckFlag.DATA_ACKED;
        return (flag & progress) != 0;
    }

    private static void retransmit(TcpSock sk, int rexmit) {
        if (rexmit == AckNotes.REXMIT_NONE || sk.skc_state == TcpState.SYN_SENT) {
            return;
        }
        if (rexmit == AckNotes.REXMIT_NEW) {
            Sender.pushPending(sk, TcpSock.TCP_NAGLE_OFF);
            if (SeqNum.after(sk.snd_nxt, sk.high_seq)) {
                return;
            }
            sk.frto = false;
        }
        Retransmitter.retransmitLost(sk);
    }

    /** After an ACK: sends what the windows let go, wakes a writer (tcp_data_snd_check()). */
    static void sendMore(TcpSock sk) {
        Sender.pushPending(sk);
        SendBuffer.check(sk);
    }

    /** Sends an ACK for a segment that was not acceptable (tcp_send_dupack()). */
    static void answerUnacceptable(TcpSock sk, TcpSegment segment) {
        int end = segment.endSeq();
        if (end != segment.seq && SeqNum.before(segment.seq, sk.rcv_nxt)) {
            sk.kernel.mib.inc(Mib.DELAYED_ACK_LOST);
            QuickAcks.enterMode(sk, QuickAcks.MAX);
            OutOfOrder.setDsack(sk, segment.seq, SeqNum.min(end, sk.rcv_nxt));
        }
        Acks.send(sk);
    }
}
