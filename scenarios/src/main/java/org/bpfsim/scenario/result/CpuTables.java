package org.bpfsim.scenario.result;

import java.util.List;

/** What cores of hosts did in the measured interval, and how often threads were woken and called the kernel. */
public final class CpuTables {
    /** Stands for the arm of what belongs to none. */
    public static final int NO_ARM = -1;

    /** The cause of time in which a core had nothing to do. */
    private static final String IDLE = "idle";

    private final List<String> arms;
    private final Csv times = new Csv("host,core,cause,arm,ns");
    private final Csv counts = new Csv("host,arm,wakeups,syscalls,rx_missed");

    /** Empty tables. */
    public CpuTables(List<String> arms) {
        this.arms = List.copyOf(arms);
    }

    /** Time that a core spent; rows of a core follow each other, {@link #addIdle} ends them. */
    public void add(int host, int core, String cause, int arm, long ns) {
        times.add(host).add(core).add(cause).add(word(arm)).add(ns).endLine();
    }

    /** Time in which a core had nothing to do: with all its other rows, the measured interval. */
    public void addIdle(int host, int core, long ns) {
        add(host, core, IDLE, NO_ARM, ns);
    }

    /** How often threads were woken and made system calls for an arm on a host, and packets lost before a core took them. */
    public void addCounts(int host, int arm, long wakeUps, long systemCalls, long missed) {
        counts.add(host)
                .add(word(arm))
                .add(wakeUps)
                .add(systemCalls)
                .add(missed)
                .endLine();
    }

    String timesCsv() {
        return times.toString();
    }

    String countsCsv() {
        return counts.toString();
    }

    private String word(int arm) {
        return arm == NO_ARM ? "" : arms.get(arm);
    }
}
