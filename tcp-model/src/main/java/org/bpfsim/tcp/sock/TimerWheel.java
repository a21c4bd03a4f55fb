package org.bpfsim.tcp.sock;

/**
 * When a timer of Linux's timer wheel really fires: at a tick, never early, and the coarser the farther away it is
 * (6.12, kernel/time/timer.c: level n holds timers up to 63 * 8^n ticks ahead in steps of 8^n ticks).
 *
 * <p>At HZ=250 a 200 ms retransmission timer so fires after 200 to 204 ms, and the 1 s timer of a SYN after 1.00 to
 * 1.03 s. That is visible in traces of Linux, so it is modelled.
 */
final class TimerWheel {
    private static final int LEVEL_BITS = 3;
    private static final long LEVEL_SPAN = 63;
    private static final int LEVELS = 9;

    private TimerWheel() {}

    /**
     * The tick at which a timer fires.
     *
     * @param now present tick
     * @param expires tick that the timer is set to
     */
    static long firingTick(long now, long expires) {
        long clock = now + 1; // the wheel has already dealt with the present tick
        long delta = expires - clock;
        if (delta < 0) {
            return clock;
        }
        int level = 0;
        while (level < LEVELS - 1 && delta >= LEVEL_SPAN << level * LEVEL_BITS) {
            level++;
        }
        int shift = level * LEVEL_BITS;
        return (expires >> shift) + 1 << shift;
    }
}
