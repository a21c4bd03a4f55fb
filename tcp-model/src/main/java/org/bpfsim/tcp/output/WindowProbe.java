package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Probes a closed window (RFC 9293, section 3.8.6.1; Linux 6.12, tcp_send_probe0() in net/ipv4/tcp_output.c). */
public final class WindowProbe {
    /** TCP_TIMEOUT_MIN. */
    private static final int LEAST_TIMEOUT = 2;

    private WindowProbe() {}

    /** First interval in ticks: the RTO, at least 200 ms. */
    public static int base(TcpSock sk) {
        return Math.max(sk.icsk_rto, sk.kernel.hz / 5);
    }

    /** Interval in ticks after the backoff so far (tcp_probe0_when()). */
    public static long interval(TcpSock sk) {
        int doublings = Math.min(sk.icsk_backoff, 9);
        return atUserTimeout(sk, Math.min((long) base(sk) << doublings, SockTimers.rtoMax(sk.kernel)));
    }

    /** No later than the user timeout ends (tcp_clamp_probe0_to_user_timeout()). */
    private static long atUserTimeout(TcpSock sk, long ticks) {
        if (sk.icsk_user_timeout == 0 || sk.icsk_probes_tstamp == 0) {
            return ticks;
        }
        int elapsed = Math.max(0, sk.kernel.jiffies() - sk.icsk_probes_tstamp);
        return Math.min(ticks, Math.max(LEAST_TIMEOUT, sk.kernel.msToJiffies(sk.icsk_user_timeout) - elapsed));
    }

    /** Sends a probe and arms the next one. */
    public static void send(TcpSock sk) {
        boolean sent = wakeUp(sk, Mib.TCP_WIN_PROBE);
        if (sk.packets_out != 0 || !Sender.hasUnsent(sk)) {
            sk.icsk_probes_out = 0;
            sk.icsk_backoff = 0;
            sk.icsk_probes_tstamp = 0;
            return;
        }
        sk.icsk_probes_out++;
        if (sent && sk.icsk_backoff < sk.kernel.sysctls.tcp_retries2) {
            sk.icsk_backoff++;
        }
        long next = sent ? interval(sk) : atUserTimeout(sk, sk.kernel.hz / 2); // TCP_RESOURCE_PROBE_INTERVAL
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_PROBE0, next);
    }

    /** Asks a silent peer whether it is there. */
    public static void keepAlive(TcpSock sk) {
        wakeUp(sk, Mib.TCP_KEEP_ALIVE);
    }

    /**
     * Sends what the window lets through, however small; else an ACK with an old sequence number. Returns false where it
     * got lost in the host itself (tcp_write_wakeup()).
     */
    private static boolean wakeUp(TcpSock sk, Mib counter) {
        if (sk.skc_state == TcpState.CLOSE) {
            return true;
        }
        sk.refreshClock();
        SkBuff skb = sk.sk_write_queue.head();
        if (skb != null && SeqNum.before(skb.seq, sk.wndEnd())) {
            int mss = Mss.current(sk);
            int window = sk.wndEnd() - skb.seq;
            if (SeqNum.before(sk.pushed_seq, skb.end_seq)) {
                sk.pushed_seq = skb.end_seq;
            }
            if (window < skb.length() || skb.payloadBytes() > mss) {
                SkbSegments.splitUnsent(sk, skb, Math.min(window, mss), mss);
            } else {
                SkbSegments.count(skb, mss);
            }
            skb.tcp_flags |= TcpSegment.PSH;
            return Sender.sendNew(sk, skb);
        }
        sk.kernel.mib.inc(counter);
        return Transmitter.sendControl(sk, TcpSegment.ACK, sk.snd_una - 1, sk.rcv_nxt);
    }
}
