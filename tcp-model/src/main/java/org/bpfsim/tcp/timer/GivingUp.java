package org.bpfsim.tcp.timer;

import org.bpfsim.tcp.output.MtuProbe;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/**
 * When a connection that gets no answer is given up (RFC 1122, section 4.2.3.5; Linux 6.12, tcp_write_timeout() and
 * retransmits_timed_out() in net/ipv4/tcp_timer.c). The number of retries in the sysctls stands for the time that so many
 * doublings of the least RTO take.
 */
final class GivingUp {
    private static final int HANDSHAKE = TcpState.bit(TcpState.SYN_SENT) | TcpState.bit(TcpState.SYN_RECV);
    /** tcp_orphan_retries(): an orphan's default. */
    private static final int ORPHAN_RETRIES = 8;

    private GivingUp() {}

    /** Deals with a retransmission timeout that may be the last; returns whether the connection has ended. */
    static boolean afterTimeout(TcpSock sk) {
        int retries;
        boolean expired = false;
        if (TcpState.in(sk.skc_state, HANDSHAKE)) {
            retries = sk.icsk_syn_retries != 0 ? sk.icsk_syn_retries : sk.kernel.sysctls.tcp_syn_retries;
            int most = retries + (sk.skc_state == TcpState.SYN_SENT ? sk.kernel.sysctls.tcp_syn_linear_timeouts : 0);
            expired = sk.icsk_retransmits >= most;
        } else {
            if (timedOut(sk, sk.kernel.sysctls.tcp_retries1, 0)) {
                MtuProbe.onBlackHole(sk);
            }
            retries = sk.kernel.sysctls.tcp_retries2;
            if (sk.sk_dead) {
                retries = orphanRetries(sk, sk.icsk_rto < SockTimers.rtoMax(sk.kernel));
            }
        }
        expired = expired || timedOut(sk, retries, sk.icsk_user_timeout);
        sk.kernel.fastOpenBlackhole.judgeTimeout(sk, expired);
        if (sk.wantsCallback(SockOps.BPF_SOCK_OPS_RTO_CB_FLAG)) {
            sk.callBpf(SockOps.BPF_SOCK_OPS_RTO_CB, sk.icsk_retransmits, sk.icsk_rto, expired ? 1 : 0);
        }
        if (expired) {
            abort(sk, Errno.ETIMEDOUT);
        } else {
            sk.timeout_rehash++;
        }
        return expired;
    }

    /** Whether enough zero window probes went without an answer. */
    static boolean probes(TcpSock sk) {
        int now = sk.kernel.jiffies();
        if (sk.icsk_probes_tstamp == 0) {
            sk.icsk_probes_tstamp = now;
        } else if (sk.icsk_user_timeout != 0
                && now - sk.icsk_probes_tstamp >= sk.kernel.msToJiffies(sk.icsk_user_timeout)) {
            return true;
        }
        int most = sk.kernel.sysctls.tcp_retries2;
        if (sk.sk_dead) {
            boolean alive = (long) sk.icsk_rto << Math.min(sk.icsk_backoff, 20) < SockTimers.rtoMax(sk.kernel);
            most = orphanRetries(sk, alive);
            if (!alive && sk.icsk_backoff >= most) {
                return true;
            }
        }
        return sk.icsk_probes_out >= most;
    }

    /** Whether a window that was closed on data in flight stays closed without any ACK for too long. */
    static boolean closedWindow(TcpSock sk, int sinceMs) {
        HostKernel kernel = sk.kernel;
        long limitMs = sk.icsk_user_timeout != 0 ? sk.icsk_user_timeout : 2 * 120_000L;
        long silentMs = kernel.jiffiesToUs(kernel.jiffies() - sk.rcv_tstamp) / 1000;
        return silentMs > limitMs && sinceMs > limitMs;
    }

    /** Ends the connection without a word to the peer (tcp_write_err()). */
    static void abort(TcpSock sk, int errno) {
        sk.kernel.mib.inc(Mib.TCP_ABORT_ON_TIMEOUT);
        Teardown.fail(sk, sk.sk_err_soft != 0 ? sk.sk_err_soft : errno);
    }

    private static int orphanRetries(TcpSock sk, boolean alive) {
        int retries = sk.kernel.sysctls.tcp_orphan_retries;
        if (sk.sk_err_soft != 0 && !alive) {
            return 0;
        }
        return retries == 0 && alive ? ORPHAN_RETRIES : retries;
    }

    /** Whether retransmission has lasted as long as {@code retries} doublings do, or a timeout in milliseconds. */
    private static boolean timedOut(TcpSock sk, int retries, int timeoutMs) {
        if (sk.icsk_retransmits == 0) {
            return false;
        }
        long limitMs = timeoutMs;
        if (limitMs == 0) {
            boolean handshake = TcpState.in(sk.skc_state, HANDSHAKE);
            limitMs = modelMs(sk.kernel, retries, handshake ? Syn.initialTimeout(sk) : sk.kernel.hz / 5);
        }
        return sk.timeStampMs() - sk.retrans_stamp >= limitMs;
    }

    private static long modelMs(HostKernel kernel, int retries, int base) {
        int max = SockTimers.rtoMax(kernel);
        int doublings = 31 - Integer.numberOfLeadingZeros(Math.max(1, max / base));
        long ticks = retries <= doublings
                ? ((2L << retries) - 1) * base
                : ((2L << doublings) - 1) * base + (long) (retries - doublings) * max;
        return kernel.jiffiesToUs(ticks) / 1000;
    }
}
