package org.bpfsim.tcp.output;

import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.recovery.RenoSacks;
import org.bpfsim.tcp.recovery.Scoreboard;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Sends again what {@code tcp.recovery} has marked lost (Linux 6.12, tcp_xmit_retransmit_queue() and tcp_retransmit_skb()
 * in net/ipv4/tcp_output.c).
 */
public final class Retransmitter {
    private Retransmitter() {}

    /** Retransmits lost segments, oldest first, as far as the window allows. */
    public static void retransmitLost(TcpSock sk) {
        if (sk.packets_out == 0) {
            return;
        }
        SkBuff head = sk.tcp_rtx_queue.head();
        SkBuff skb = sk.retransmit_skb_hint != null ? sk.retransmit_skb_hint : head;
        final int maxSegs = Tso.maxSegs(sk, Mss.current(sk));
        boolean sawHole = false;
        boolean headWasSent = false;
        for (; skb != null; skb = skb.next) {
            if (Pacing.mustWait(sk)) {
                break;
            }
            if (!sawHole) {
                sk.retransmit_skb_hint = skb;
            }
            if (sk.cwndIsFull() || sk.retrans_out >= sk.lost_out) {
                break;
            }
            int done = skb.sacked & (SkBuff.SACKED_ACKED | SkBuff.SACKED_RETRANS);
            if ((skb.sacked & SkBuff.LOST) == 0) {
                sawHole |= done == 0;
                continue;
            }
            if (done != 0) {
                continue;
            }
            if (SmallQueue.isFull(sk, skb, 1)) {
                break;
            }
            int room = sk.snd_cwnd - sk.packetsInFlight();
            if (!retransmit(sk, skb, room < 0 ? maxSegs : Math.min(room, maxSegs))) {
                break;
            }
            boolean isSlow = sk.icsk_ca_state == CaState.LOSS;
            sk.kernel.mib.add(isSlow ? Mib.TCP_SLOW_START_RETRANS : Mib.TCP_FAST_RETRANS, skb.pcount);
            if (sk.inCwndReduction()) {
                sk.prr_out += skb.pcount;
            }
            headWasSent |= skb == head;
        }
        if (headWasSent && sk.icsk_pending != TcpSock.ICSK_TIME_REO_TIMEOUT) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, sk.icsk_rto);
        }
    }

    /**
     * The path's MTU has become smaller: sends again what was too large for it, without regard to congestion
     * (tcp_simple_retransmit()).
     */
    public static void retransmitTooBig(TcpSock sk) {
        boolean all = sk.syn_data && sk.skc_state == TcpState.SYN_SENT; // it was SYN and data in one packet
        int mss = Mss.current(sk);
        for (SkBuff skb = sk.tcp_rtx_queue.head(); skb != null; skb = skb.next) {
            int segment = skb.pcount > 1 ? skb.gso_size : skb.payloadBytes();
            if (all || segment > mss) {
                Scoreboard.markLost(sk, skb);
            }
        }
        sk.retransmit_skb_hint = null;
        if (sk.lost_out == 0) {
            return;
        }
        if (!sk.rx_opt_sack_ok) {
            RenoSacks.limit(sk, 0);
        }
        RecoveryState.enterLossWithoutCongestion(sk);
        retransmitLost(sk);
    }

    /**
     * Retransmits up to {@code segs} segments of a buffer, cutting it if it has more, and counts them as in flight. Returns
     * whether the peer's window let it go.
     */
    public static boolean retransmit(TcpSock sk, SkBuff skb, int segs) {
        boolean sent = send(sk, skb, segs);
        if (sent) {
            skb.sacked |= SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS;
            sk.retrans_out += skb.pcount;
        }
        if (sk.retrans_stamp == 0) {
            sk.retrans_stamp = (int) (skb.skb_mstamp_ns / 1_000_000);
        }
        sk.undo_retrans = Math.max(sk.undo_retrans, 0) + skb.pcount;
        return sent;
    }

    /** Sends the tail loss probe: new data, or else the last segment again (tcp_send_loss_probe()). */
    public static void sendLossProbe(TcpSock sk) {
        if (sk.tlp_high_seq == 0 && probeIsSent(sk)) {
            sk.tlp_high_seq = sk.snd_nxt;
            sk.kernel.mib.inc(Mib.TCP_LOSS_PROBES);
            sk.icsk_pending = 0; // so that the RTO starts from now
        }
        LossProbe.rearmRto(sk);
    }

    private static boolean probeIsSent(TcpSock sk) {
        sk.tlp_retrans = false;
        int mss = Mss.current(sk);
        SkBuff unsent = sk.sk_write_queue.head();
        if (unsent != null && Sender.fitsWindow(sk, unsent, mss)) {
            return Sender.sendProbe(sk, mss);
        }
        SkBuff last = sk.tcp_rtx_queue.tail();
        if (last == null || SmallQueue.stillHas(sk, last)) {
            return false;
        }
        if (last.pcount > 1 && last.payloadBytes() > (last.pcount - 1) * mss) {
            last = SkbSegments.splitSent(sk, last, (last.pcount - 1) * mss, mss);
        }
        if (!send(sk, last, 1)) {
            return false;
        }
        sk.tlp_retrans = true;
        return true;
    }

    /** Sends segments again without counting them as in flight (__tcp_retransmit_skb()). */
    private static boolean send(TcpSock sk, SkBuff skb, int segs) {
        sk.mtup_probe_size = 0; // what becomes of a probe is not clear any more
        if (SmallQueue.stillHas(sk, skb)) {
            return false;
        }
        if (SeqNum.before(skb.seq, sk.snd_una)) {
            SkbSegments.trimHead(sk, skb, sk.snd_una - skb.seq);
        }
        final int mss = Mss.current(sk);
        int window = sk.wndEnd() - skb.seq;
        if (window <= 0) {
            if (skb.seq != sk.snd_una) {
                return false; // the peer has shrunk its window; only the head may probe it
            }
            window = mss;
        }
        sk.refreshClock();
        long most = (long) mss * segs;
        if (most > window) {
            most = window < mss ? window : window - window % mss;
        }
        if (skb.payloadBytes() > most) {
            SkbSegments.splitSent(sk, skb, (int) most, mss);
        } else {
            SkbSegments.recount(sk, skb, mss);
            RtxCollapse.fillUp(sk, skb, Math.min(window, mss));
        }
        sk.kernel.mib.add(Mib.TCP_RETRANS_SEGS, skb.pcount);
        if ((skb.tcp_flags & TcpSegment.SYN) != 0) {
            Syn.fallBackFromEcn(sk, skb);
            sk.kernel.mib.inc(Mib.TCP_SYN_RETRANS);
        }
        sk.total_retrans += skb.pcount;
        sk.bytes_retrans += skb.payloadBytes();
        skb.sacked |= SkBuff.EVER_RETRANS;
        boolean sent = Transmitter.sendData(sk, skb);
        if (sk.wantsCallback(SockOps.BPF_SOCK_OPS_RETRANS_CB_FLAG)) {
            sk.callBpf(SockOps.BPF_SOCK_OPS_RETRANS_CB, skb.seq, skb.pcount, sent ? 0 : 1);
        }
        return sent;
    }
}
