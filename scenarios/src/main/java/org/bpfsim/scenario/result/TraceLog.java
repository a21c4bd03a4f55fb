package org.bpfsim.scenario.result;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;

/**
 * What programs print with {@code bpf_trace_printk()}: {@code trace.txt} in a run's folder, if there is anything. The
 * first lines are kept, since a program that prints prints a lot.
 */
public final class TraceLog {
    private static final int MOST_LINES = 10_000;

    private final Scheduler scheduler;
    private final StringBuilder text = new StringBuilder();
    private long lines;

    /** Lines are stamped with the scheduler's time. */
    public TraceLog(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A program on a host has printed a line. */
    public void print(String host, String line) {
        if (lines++ < MOST_LINES) {
            text.append(SimTime.toNanos(scheduler.nowPs()))
                    .append(" ns ")
                    .append(host)
                    .append(": ");
            text.append(line).append('\n');
        }
    }

    boolean isEmpty() {
        return lines == 0;
    }

    @Override
    public String toString() {
        return lines > MOST_LINES ? text + "... " + (lines - MOST_LINES) + " more lines\n" : text.toString();
    }
}
