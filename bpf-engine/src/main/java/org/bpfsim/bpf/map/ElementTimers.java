package org.bpfsim.bpf.map;

import java.util.Arrays;
import org.bpfsim.bpf.Errno;

/**
 * The {@code struct bpf_timer}s in the values of one map (Linux 6.12: bpf_timer_init() and what follows it in kernel/bpf/helpers.c).
 * What Linux keeps in the 16 bytes of the value is kept here by the element's place, so that the bytes stay zero.
 *
 * <p>Errors are negated errno values. A timer goes when its element is deleted, evicted or updated, and when user space gives the map
 * back. All timers of a simulated kernel fire on its CPU one after the other, so that none can wait for another.
 *
 * <p>Hot path: no allocation once there are as many timers as there ever are at a time.
 */
public final class ElementTimers {
    /** Clocks (Linux: include/uapi/linux/time.h). */
    private static final long CLOCK_REALTIME = 0;

    private static final long CLOCK_MONOTONIC = 1;
    private static final long CLOCK_BOOTTIME = 7;

    /** Flags of {@link #start} (Linux: include/uapi/linux/bpf.h). */
    private static final long BPF_F_TIMER_ABS = 1;

    private static final long BPF_F_TIMER_CPU_PIN = 1 << 1;

    /**
     * What a callback arms goes off no sooner than this: a timer interrupt takes its time, and timers that arm each other for at once
     * would never let the clock go on.
     */
    private static final long INTERRUPT_NS = 1000;

    /** One timer that was initialized. */
    private final class Timer implements Runnable {
        final Alarm alarm = handles.alarm(this);
        /** The element; none while nobody uses the timer. */
        int place;
        /** Whose function is called; null before one was set, and after the timer was cancelled. */
        Object program;

        long function;
        /** Whether it is to fire. */
        boolean armed;

        Timer nextFree;

        @Override
        public void run() {
            armed = false;
            if (program == null) {
                return;
            }
            Timer before = running;
            running = this;
            try {
                handles.callBack(program, function, map, place);
            } finally {
                running = before;
                if (timers[place] != this) {
                    recycle(this);
                }
            }
        }
    }

    private final MapInstance map;
    private final Handles handles;
    /** By place; null where no timer was initialized. */
    private Timer[] timers = new Timer[0];

    private Timer free;
    /** The one whose callback is running (Linux: hrtimer_running). */
    private Timer running;

    ElementTimers(MapInstance map, Handles handles) {
        this.map = map;
        this.handles = handles;
    }

    /**
     * {@code bpf_timer_init}.
     *
     * @return 0, -EINVAL for a clock or flag, -EBUSY if it was, -EPERM if user space has given the map back, -EOPNOTSUPP if the machine
     *     has no timers
     */
    public int init(int place, long flags) {
        if (flags != CLOCK_MONOTONIC && flags != CLOCK_REALTIME && flags != CLOCK_BOOTTIME) {
            return -Errno.EINVAL;
        } else if (at(place) != null) {
            return -Errno.EBUSY;
        } else if (!map.isHeldByUser()) {
            return -Errno.EPERM;
        }
        if (place >= timers.length) {
            timers = Arrays.copyOf(timers, Math.max(place + 1, 2 * timers.length));
        }
        Timer timer = free;
        if (timer == null) {
            timer = new Timer();
            if (timer.alarm == null) {
                return -Errno.EOPNOTSUPP;
            }
        } else {
            free = timer.nextFree;
            timer.nextFree = null;
        }
        timer.place = place;
        timers[place] = timer;
        return 0;
    }

    /** {@code bpf_timer_set_callback}. @param program as {@link Handles#callBack} takes it */
    public int setCallback(int place, Object program, long function) {
        Timer timer = at(place);
        if (timer == null) {
            return -Errno.EINVAL;
        } else if (!map.isHeldByUser()) {
            return -Errno.EPERM;
        }
        timer.program = program;
        timer.function = function;
        return 0;
    }

    /** {@code bpf_timer_start}. All clocks of a simulated kernel go alike, and it is the CPU that runs that fires. */
    public int start(int place, long ns, long flags, long nowNs) {
        if ((flags & ~(BPF_F_TIMER_ABS | BPF_F_TIMER_CPU_PIN)) != 0) {
            return -Errno.EINVAL;
        }
        Timer timer = at(place);
        if (timer == null || timer.program == null) {
            return -Errno.EINVAL;
        }
        long at = ns < 0 ? Alarm.NEVER : (flags & BPF_F_TIMER_ABS) != 0 ? ns : after(nowNs, ns);
        timer.armed = true;
        timer.alarm.start(handles.callsBack() ? Math.max(at, nowNs + INTERRUPT_NS) : at);
        return 0;
    }

    /** Linux 6.12: ktime_add_safe() in kernel/time/hrtimer.c: what overflows never comes, and neither does a negative time. */
    private static long after(long nowNs, long ns) {
        long sum = nowNs + ns;
        return sum < 0 ? Alarm.NEVER : sum;
    }

    /** {@code bpf_timer_cancel}: 1 if it was to fire, 0 if not, -EINVAL if there is none, -EDEADLK from its own callback. */
    public int cancel(int place) {
        Timer timer = at(place);
        if (timer == null) {
            return -Errno.EINVAL;
        } else if (timer == running) {
            return -Errno.EDEADLK;
        }
        timer.program = null;
        return disarm(timer);
    }

    /** The element goes, or gets a new value (Linux 6.12: bpf_timer_cancel_and_free()). */
    void free(int place) {
        Timer timer = at(place);
        if (timer == null) {
            return;
        }
        timers[place] = null;
        timer.program = null;
        disarm(timer);
        if (timer != running) {
            recycle(timer);
        }
    }

    void freeAll() {
        for (int place = 0; place < timers.length; place++) {
            free(place);
        }
    }

    private Timer at(int place) {
        return place < timers.length ? timers[place] : null;
    }

    private static int disarm(Timer timer) {
        if (!timer.armed) {
            return 0;
        }
        timer.armed = false;
        timer.alarm.stop();
        return 1;
    }

    private void recycle(Timer timer) {
        timer.nextFree = free;
        free = timer;
    }
}
