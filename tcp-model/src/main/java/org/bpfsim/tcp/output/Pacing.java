package org.bpfsim.tcp.output;

import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Spreads segments by {@link TcpSock#sk_pacing_rate} if the congestion control or the application asks for it (Linux 6.12,
 * tcp_update_skb_after_send() and tcp_pacing_check() in net/ipv4/tcp_output.c). Without that the rate is computed and not
 * enforced, as on a host without fq.
 */
public final class Pacing {
    private static final int UNPACED_SEGMENTS = 10;
    private static final long NS_PER_S = 1_000_000_000L;

    private Pacing() {}

    /** Whether the next segment has to wait; arms the timer if so. */
    static boolean mustWait(TcpSock sk) {
        if (sk.sk_pacing_status != TcpSock.SK_PACING_NEEDED || sk.tcp_wstamp_ns <= sk.tcp_clock_cache) {
            return false;
        }
        if (!sk.kernel.scheduler.isPending(sk.pacing_timer)) {
            long waitNs = sk.tcp_wstamp_ns - sk.tcp_clock_cache;
            sk.kernel.scheduler.after(waitNs * SimTime.PS_PER_NS, sk.pacing_timer);
        }
        return true;
    }

    /** Books the time that a segment takes at the pacing rate; time lost before makes up for half of it. */
    static void afterSend(TcpSock sk, int length, long priorWstampNs) {
        if (sk.sk_pacing_status == TcpSock.SK_PACING_NONE || sk.sk_pacing_rate == -1 || sk.sk_pacing_rate == 0) {
            return;
        }
        if (sk.data_segs_out >= UNPACED_SEGMENTS) {
            long durationNs = length * NS_PER_S / sk.sk_pacing_rate;
            long credit = sk.tcp_wstamp_ns - priorWstampNs;
            durationNs -= Math.min(durationNs / 2, credit);
            sk.tcp_wstamp_ns += durationNs;
        }
    }
}
