package org.bpfsim.tcp.sock;

import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;

/**
 * Sets and clears a socket's timers; what happens when they fire is in {@code tcp.timer}. As in Linux (6.12,
 * include/net/inet_connection_sock.h), clearing one only forgets what it was for: it fires in vain.
 *
 * <p>Hot path: no allocation. A timer that is set to the same tick again is left alone, so that most ACKs of a flow do
 * not touch the scheduler at all.
 */
public final class SockTimers {
    private SockTimers() {}

    /** TCP_RTO_MAX: 120 s in ticks. */
    public static int rtoMax(HostKernel kernel) {
        return 120 * kernel.hz;
    }

    /**
     * Sets the timer that retransmission, zero window probe, loss probe and reordering share
     * (inet_csk_reset_xmit_timer()).
     *
     * @param what one of the {@code ICSK_TIME_*} constants of {@link TcpSock}
     * @param when ticks from now, at most {@link #rtoMax}
     */
    public static void resetXmitTimer(TcpSock sk, int what, long when) {
        HostKernel kernel = sk.kernel;
        long timeout = kernel.jiffies64() + Math.min(when, rtoMax(kernel));
        sk.icsk_pending = what;
        sk.icsk_timeout = timeout;
        set(kernel, sk.icsk_retransmit_timer, timeout);
    }

    /** Forgets what the shared timer was set for. */
    public static void clearXmitTimer(TcpSock sk) {
        sk.icsk_pending = 0;
    }

    /** Sets the delayed ACK timer to a tick. */
    public static void setDelackTimer(TcpSock sk, long tick) {
        sk.icsk_ack_pending |= TcpSock.ICSK_ACK_SCHED | TcpSock.ICSK_ACK_TIMER;
        sk.icsk_ack_timeout = tick;
        set(sk.kernel, sk.icsk_delack_timer, tick);
    }

    /** No ACK is owed any more. */
    public static void clearDelack(TcpSock sk) {
        sk.icsk_ack_pending = 0;
        sk.icsk_ack_retry = 0;
    }

    /** Sets the timer of keepalive and orphans (inet_csk_reset_keepalive_timer()). */
    public static void resetKeepalive(TcpSock sk, int ticks) {
        set(sk.kernel, sk.sk_timer, sk.kernel.jiffies64() + ticks);
    }

    /** Arms a timer of the wheel for a tick. */
    public static void set(HostKernel kernel, Event timer, long tick) {
        long firesAtPs = kernel.jiffyStartPs(TimerWheel.firingTick(kernel.jiffies64(), tick));
        if (timer.dueAtPs() != firesAtPs) {
            kernel.scheduler.at(firesAtPs, timer);
        }
    }

    /** Stops all timers of a socket that is closed. */
    public static void stopAll(TcpSock sk) {
        Scheduler scheduler = sk.kernel.scheduler;
        sk.icsk_pending = 0;
        clearDelack(sk);
        scheduler.cancel(sk.icsk_retransmit_timer);
        scheduler.cancel(sk.icsk_delack_timer);
        cancelIfAny(scheduler, sk.sk_timer);
        cancelIfAny(scheduler, sk.pacing_timer);
        cancelIfAny(scheduler, sk.compressed_ack_timer);
    }

    private static void cancelIfAny(Scheduler scheduler, Event timer) {
        if (timer != null) {
            scheduler.cancel(timer);
        }
    }
}
