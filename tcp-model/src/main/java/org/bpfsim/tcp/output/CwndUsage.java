package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Keeps the window in line with its use (RFC 7661 in Linux's form; RFC 5681, section 4.1 after idle times). Linux 6.12,
 * tcp_cwnd_validate(), tcp_cwnd_application_limited() and tcp_cwnd_restart() in net/ipv4/tcp_output.c. Hot path: no
 * allocation.
 */
public final class CwndUsage {
    private static final int WRITABLE = TcpState.bit(TcpState.ESTABLISHED) | TcpState.bit(TcpState.CLOSE_WAIT);

    private CwndUsage() {}

    /** After sending: notes whether the window was the limit; shrinks one that was not used for an RTO. */
    static void validate(TcpSock sk, boolean isCwndLimited) {
        boolean windowPassed = !SeqNum.before(sk.snd_una, sk.cwnd_usage_seq);
        if (windowPassed || isCwndLimited || !sk.is_cwnd_limited && sk.packets_out > sk.max_packets_out) {
            sk.is_cwnd_limited = isCwndLimited;
            sk.max_packets_out = sk.packets_out;
            sk.cwnd_usage_seq = sk.snd_nxt;
        }
        int now = sk.kernel.jiffies();
        if (sk.isCwndLimited()) {
            sk.snd_cwnd_used = 0;
            sk.snd_cwnd_stamp = now;
            return;
        }
        sk.snd_cwnd_used = Math.max(sk.snd_cwnd_used, sk.packets_out);
        if (sk.kernel.sysctls.tcp_slow_start_after_idle != 0
                && now - sk.snd_cwnd_stamp >= sk.icsk_rto
                && !sk.caHas(CongestionOps.CONG_CONTROL)) {
            applicationLimited(sk);
        }
        if (sk.sk_nospace && !Sender.hasUnsent(sk) && TcpState.in(sk.skc_state, WRITABLE)) {
            sk.chronoStart(Chrono.SNDBUF_LIMITED);
        }
    }

    /** Before sending: restarts the window if nothing was sent for longer than an RTO. */
    public static void slowStartAfterIdle(TcpSock sk) {
        if (sk.kernel.sysctls.tcp_slow_start_after_idle == 0
                || sk.packets_out != 0
                || sk.caHas(CongestionOps.CONG_CONTROL)) {
            return;
        }
        int idle = sk.kernel.jiffies() - sk.lsndtime;
        if (idle > sk.icsk_rto) {
            restart(sk, idle);
        }
    }

    /** Halves the window for each RTO that was idle, down to the initial window. */
    private static void restart(TcpSock sk, int idle) {
        int cwnd = sk.snd_cwnd;
        sk.caEvent(CaEvent.CWND_RESTART);
        sk.snd_ssthresh = sk.currentSsthresh();
        int least = Math.min(sk.initialCwnd(), cwnd);
        for (int rest = idle - sk.icsk_rto; rest > 0 && cwnd > least; rest -= sk.icsk_rto) {
            cwnd >>= 1;
        }
        sk.snd_cwnd = Math.max(cwnd, least);
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        sk.snd_cwnd_used = 0;
    }

    private static void applicationLimited(TcpSock sk) {
        if (sk.icsk_ca_state == CaState.OPEN && !sk.sk_nospace) {
            int used = Math.max(sk.snd_cwnd_used, sk.initialCwnd());
            if (used < sk.snd_cwnd) {
                sk.snd_ssthresh = sk.currentSsthresh();
                sk.snd_cwnd = sk.snd_cwnd + used >> 1;
            }
            sk.snd_cwnd_used = 0;
        }
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
    }
}
