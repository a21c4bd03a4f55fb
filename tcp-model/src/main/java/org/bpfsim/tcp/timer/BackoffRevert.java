package org.bpfsim.tcp.timer;

import org.bpfsim.tcp.recovery.RttEstimator;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * A retransmission was answered by a message that there is no route: that loss says nothing about congestion, so one
 * doubling of the timeout is taken back (RFC 6069; Linux 6.12, tcp_ld_RTO_revert() in net/ipv4/tcp_ipv4.c).
 */
public final class BackoffRevert {
    private BackoffRevert() {}

    /** @param seq first sequence number of the segment that the message quotes */
    public static void onUnreachable(TcpSock sk, int seq) {
        SkBuff head = sk.tcp_rtx_queue.head();
        if (seq != sk.snd_una || sk.icsk_retransmits == 0 || sk.icsk_backoff == 0 || head == null) {
            return;
        }
        sk.icsk_backoff--;
        long rto = sk.srtt_us != 0 ? RttEstimator.boundedRto(sk) : sk.kernel.hz;
        sk.icsk_rto = (int) Math.min(rto << sk.icsk_backoff, SockTimers.rtoMax(sk.kernel));
        sk.refreshClock();
        long remaining = sk.icsk_rto - (long) sk.kernel.usToJiffies(sk.tcp_mstamp - head.sentUs());
        if (remaining > 0) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, remaining);
        } else {
            ((RetransmitTimer) sk.icsk_retransmit_timer).onRetransmissionTimeout();
        }
    }
}
