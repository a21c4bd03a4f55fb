package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Round trip time and retransmission timeout (RFC 6298). Hot path: no allocation.
 *
 * <p>Linux (6.12, tcp_rtt_estimator() in net/ipv4/tcp_input.c) differs from the RFC in three ways, which we follow: the
 * variance term is the largest mean deviation of a window, not below {@code tcp_rto_min_us} (200 ms), and decays once per
 * window; a deviation downwards counts only an eighth; there is no lower bound of 1 s.
 */
public final class RttEstimator {
    private RttEstimator() {}

    /**
     * Takes the RTT samples of an ACK (tcp_ack_update_rtt()).
     *
     * @param seqRttUs since the oldest segment was sent that this ACK acknowledges and that was sent once, or -1
     * @param sackRttUs the same of newly SACKed segments, or -1
     * @param caRttUs since the newest of them was sent, or -1
     * @return whether there was a sample
     */
    public static boolean update(TcpSock sk, int flag, long seqRttUs, long sackRttUs, long caRttUs, RateSample rs) {
        long seqRtt = seqRttUs >= 0 ? seqRttUs : sackRttUs;
        long caRtt = caRttUs;
        if (seqRtt < 0 && sk.rx_opt_saw_tstamp && sk.rx_opt_rcv_tsecr != 0 && (flag & AckFlag.ACKED) != 0) {
            seqRtt = byTimestampUs(sk, 1);
            caRtt = seqRtt;
        }
        rs.rtt_us = caRtt;
        if (seqRtt < 0) {
            return false;
        }
        updateMin(sk, (int) caRtt, flag);
        estimate(sk, seqRtt);
        sk.icsk_rto = boundedRto(sk);
        sk.icsk_backoff = 0;
        return true;
    }

    /** RTT by the echoed time stamp, in microseconds of millisecond steps; -1 if it is implausible. */
    public static int byTimestampUs(TcpSock sk, int leastMs) {
        int deltaMs = sk.timeStampMs() - sk.rx_opt_rcv_tsecr;
        if (deltaMs < 0 || deltaMs >= Integer.MAX_VALUE / 1000) {
            return -1;
        }
        return Math.max(deltaMs, leastMs) * 1000;
    }

    /** RTO without backoff, in ticks. */
    public static int boundedRto(TcpSock sk) {
        long us = (sk.srtt_us >>> 3) + (long) sk.rttvar_us;
        return Math.min(sk.kernel.usToJiffies(us), SockTimers.rtoMax(sk.kernel));
    }

    private static void updateMin(TcpSock sk, int rttUs, int flag) {
        if ((flag & AckFlag.ACK_MAYBE_DELAYED) != 0 && Integer.compareUnsigned(rttUs, sk.minRttUs()) > 0) {
            return;
        }
        int window = sk.kernel.sysctls.tcp_min_rtt_wlen * sk.kernel.hz;
        int sample = rttUs != 0 ? rttUs : (int) sk.kernel.jiffiesToUs(1);
        sk.rtt_min.runningMin(window, sk.kernel.jiffies(), sample);
    }

    private static void estimate(TcpSock sk, long rttUs) {
        int srtt = sk.srtt_us;
        if (srtt == 0) {
            srtt = (int) rttUs << 3;
            sk.mdev_us = (int) rttUs << 1;
            sk.rttvar_us = Math.max(sk.mdev_us, sk.rtoMinUs());
            sk.mdev_max_us = sk.rttvar_us;
            sk.rtt_seq = sk.snd_nxt;
            tellProgram(sk, rttUs, srtt);
        } else {
            int error = (int) rttUs - (srtt >> 3);
            srtt += error;
            int excess = Math.abs(error) - (sk.mdev_us >> 2);
            sk.mdev_us += error < 0 && excess > 0 ? excess >> 3 : excess;
            if (sk.mdev_us > sk.mdev_max_us) {
                sk.mdev_max_us = sk.mdev_us;
                sk.rttvar_us = Math.max(sk.rttvar_us, sk.mdev_max_us);
            }
            if (sk.rtt_seq - sk.snd_una < 0) { // a window has passed
                if (sk.mdev_max_us < sk.rttvar_us) {
                    sk.rttvar_us -= sk.rttvar_us - sk.mdev_max_us >> 2;
                }
                sk.rtt_seq = sk.snd_nxt;
                sk.mdev_max_us = sk.rtoMinUs();
                tellProgram(sk, rttUs, srtt);
            }
        }
        sk.srtt_us = Math.max(1, srtt);
    }

    private static void tellProgram(TcpSock sk, long rttUs, int srtt) {
        if (sk.wantsCallback(SockOps.BPF_SOCK_OPS_RTT_CB_FLAG)) {
            sk.callBpf(SockOps.BPF_SOCK_OPS_RTT_CB, (int) rttUs, srtt, 0);
        }
    }
}
