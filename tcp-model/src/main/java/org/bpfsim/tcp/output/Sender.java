package org.bpfsim.tcp.output;

import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Sends new data as far as congestion window, peer's window and Nagle's rule allow (RFC 9293, section 3.8.6; Linux 6.12,
 * tcp_write_xmit() in net/ipv4/tcp_output.c). Hot path: no allocation.
 *
 * <p>Data that waits is a range of sequence numbers, {@code snd_nxt} to {@code write_seq}; it is cut into segments when it
 * is sent. One segment is one packet: there is no segmentation offload yet.
 */
public final class Sender {
    private static final int NORMAL = 0;
    private static final int PUSH_ONE = 1;
    private static final int LOSS_PROBE = 2;

    private Sender() {}

    /** Sends what may be sent; if nothing can go and nothing is out, arms the zero window probe. */
    public static void pushPending(TcpSock sk, int nonagle) {
        if (hasUnsent(sk) && write(sk, Mss.current(sk), nonagle, NORMAL)) {
            checkProbeTimer(sk);
        }
    }

    /** As the application's flags have it ({@link TcpSock#nonagle}). */
    public static void pushPending(TcpSock sk) {
        pushPending(sk, sk.nonagle);
    }

    /** Whether data or a FIN waits to be sent for the first time. */
    public static boolean hasUnsent(TcpSock sk) {
        return sk.write_seq != sk.snd_nxt;
    }

    /** Sends one segment beyond the congestion window as a tail loss probe. Returns whether one went. */
    static boolean sendProbe(TcpSock sk, int mss) {
        int before = sk.packets_out;
        write(sk, mss, TcpSock.TCP_NAGLE_OFF, LOSS_PROBE);
        return sk.packets_out > before;
    }

    /** Whether the first unsent segment fits into the peer's window. */
    static boolean fitsWindow(TcpSock sk, int mss) {
        int end = sk.snd_nxt + Math.min(sk.write_seq - sk.snd_nxt, mss);
        return !SeqNum.after(end, sk.wndEnd());
    }

    /** Arms the zero window probe if there is data, none of it is out, and no timer runs (tcp_check_probe_timer()). */
    static void checkProbeTimer(TcpSock sk) {
        if (sk.packets_out == 0 && sk.icsk_pending == 0) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_PROBE0, WindowProbe.base(sk));
        }
    }

    /** Returns whether nothing was sent, nothing is out and something waits. */
    private static boolean write(TcpSock sk, int mss, int nonagle, int mode) {
        int sent = 0;
        sk.refreshClock();
        while (hasUnsent(sk)) {
            if (Pacing.mustWait(sk)) {
                break;
            }
            if (sk.cwndIsFull() && mode != LOSS_PROBE) {
                break;
            }
            if (!fitsWindow(sk, mss)) {
                break;
            }
            int unsent = sk.write_seq - sk.snd_nxt;
            int data = unsent - (sk.fin_queued ? 1 : 0);
            int length = Math.min(data, mss);
            boolean isLast = length == data;
            boolean withFin = isLast && sk.fin_queued;
            if (isLast && !withFin && length < mss && nagleHolds(sk, nonagle)) {
                break;
            }
            boolean push = isLast && length > 0 && !sk.tail_lacks_push; // a FIN alone has no PSH (tcp_send_fin())
            sendNew(sk, length, withFin, push);
            if (length < mss) {
                sk.snd_sml = sk.snd_nxt;
            }
            sent++;
            if (mode != NORMAL) {
                break;
            }
        }
        boolean isCwndLimited = sk.cwndIsFull();
        if (sent > 0 || isCwndLimited) {
            CwndUsage.validate(sk, isCwndLimited);
        }
        if (sent > 0) {
            if (sk.inCwndReduction()) {
                sk.prr_out += sent;
            }
            if (mode != LOSS_PROBE) {
                LossProbe.schedule(sk, false);
            }
            return false;
        }
        return sk.packets_out == 0 && hasUnsent(sk);
    }

    /** Sends the first {@code length} bytes that wait, in a segment of their own. */
    static void sendNew(TcpSock sk, int length, boolean withFin, boolean push) {
        SkBuff skb = sk.kernel.skbs.take();
        skb.seq = sk.snd_nxt;
        skb.end_seq = sk.snd_nxt + length + (withFin ? 1 : 0);
        skb.tcp_flags = TcpSegment.ACK | (push ? TcpSegment.PSH : 0) | (withFin ? TcpSegment.FIN : 0);
        Transmitter.sendData(sk, skb);
        int priorPackets = sk.packets_out;
        sk.snd_nxt = skb.end_seq;
        if (SeqNum.before(sk.pushed_seq, skb.end_seq)) {
            sk.pushed_seq = skb.end_seq;
        }
        sk.tcp_rtx_queue.append(skb);
        if (sk.highest_sack == null) {
            sk.highest_sack = skb;
        }
        sk.packets_out += skb.pcount;
        if (priorPackets == 0 || sk.icsk_pending == TcpSock.ICSK_TIME_LOSS_PROBE) {
            LossProbe.rearmRto(sk);
        }
        sk.kernel.mib.inc(Mib.TCP_ORIG_DATA_SENT);
    }

    /** Nagle's rule as Minshall modified it: a small segment waits for the one before it (tcp_nagle_check()). */
    private static boolean nagleHolds(TcpSock sk, int nonagle) {
        if ((nonagle & TcpSock.TCP_NAGLE_PUSH) != 0) {
            return false;
        }
        boolean smallIsOut = SeqNum.after(sk.snd_sml, sk.snd_una) && !SeqNum.after(sk.snd_sml, sk.snd_nxt);
        return (nonagle & TcpSock.TCP_NAGLE_CORK) != 0 || nonagle == 0 && sk.packets_out != 0 && smallIsOut;
    }

    /** Sends one segment if it can go: the application has filled its buffer (tcp_push_one()). */
    public static void pushOne(TcpSock sk) {
        write(sk, Mss.current(sk), TcpSock.TCP_NAGLE_PUSH, PUSH_ONE);
    }
}
