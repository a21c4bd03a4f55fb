package org.bpfsim.tcp.sock;

/**
 * The minimum (or the maximum) of a signal over a sliding window of time in constant space: the best, second and third best value
 * with the times at which they were seen, each younger than the one before (K. Nichols' windowed filter, which Linux
 * keeps in lib/win_minmax.c as {@code struct minmax}). BPF reads the minimum as {@code rtt_min.s[0].v}.
 */
public final class Minmax {
    private final int[] time = new int[3];
    private final int[] value = new int[3];

    /** Forgets everything but {@code v}, seen at {@code t}. */
    public int reset(int t, int v) {
        for (int i = 0; i < 3; i++) {
            set(i, t, v);
        }
        return v;
    }

    /** The best value. */
    public int get() {
        return value[0];
    }

    /** Time and value of the i-th best, from 0. */
    public int timeOf(int i) {
        return time[i];
    }

    public int valueOf(int i) {
        return value[i];
    }

    /**
     * Takes a measurement {@code v} made at {@code t} and returns the minimum over the last {@code window} (all times
     * in one unit, values unsigned).
     */
    public int runningMin(int window, int t, int v) {
        return running(window, t, v, 1);
    }

    /** The same for the maximum, which is then what {@link #get} gives. */
    public int runningMax(int window, int t, int v) {
        return running(window, t, v, -1);
    }

    /** @param sign 1 if less is better, -1 if more is */
    private int running(int window, int t, int v, int sign) {
        boolean best = sign * Integer.compareUnsigned(v, value[0]) <= 0;
        boolean allStale = Integer.compareUnsigned(t - time[2], window) > 0;
        if (best || allStale) {
            return reset(t, v);
        }
        if (sign * Integer.compareUnsigned(v, value[1]) <= 0) {
            set(1, t, v);
            set(2, t, v);
        } else if (sign * Integer.compareUnsigned(v, value[2]) <= 0) {
            set(2, t, v);
        }
        return age(window, t, v);
    }

    /** Drops what has left the window; keeps the choices spread over it, so that there is a successor at hand. */
    private int age(int window, int t, int v) {
        int elapsed = t - time[0];
        if (Integer.compareUnsigned(elapsed, window) > 0) {
            shift();
            set(2, t, v);
            if (Integer.compareUnsigned(t - time[0], window) > 0) {
                shift();
                set(2, t, v);
            }
        } else if (time[1] == time[0] && Integer.compareUnsigned(elapsed, window / 4) > 0) {
            set(1, t, v);
            set(2, t, v);
        } else if (time[2] == time[1] && Integer.compareUnsigned(elapsed, window / 2) > 0) {
            set(2, t, v);
        }
        return value[0];
    }

    private void shift() {
        set(0, time[1], value[1]);
        set(1, time[2], value[2]);
    }

    private void set(int i, int t, int v) {
        time[i] = t;
        value[i] = v;
    }
}
