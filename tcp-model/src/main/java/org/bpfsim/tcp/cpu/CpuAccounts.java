package org.bpfsim.tcp.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bpfsim.tcp.sock.Cgroup;

/**
 * What the cores of a host have spent their time on, by cgroup, and how often threads were woken and called the kernel. Time is
 * booked when it has passed, so that no core is ever more than busy. Hot path: no allocation.
 *
 * <p>An owner is a cgroup by its index here; an account is an owner and a {@link Cause}.
 */
public final class CpuAccounts {
    /** The owner of what belongs to no cgroup. */
    public static final int NOBODY = 0;

    private final int cores;
    private final List<Cgroup> owners = new ArrayList<>();
    /** By account and core. */
    private long[] spentPs = new long[0];

    private long[] wakeUps = new long[0];
    private long[] systemCalls = new long[0];
    private long[] missed = new long[0];
    private long chargedPs;
    /** Whom {@link #of} was asked for last. */
    private Cgroup last;

    private int lastOwner;

    CpuAccounts(int cores) {
        this.cores = cores;
        add(null);
    }

    /** The owner that stands for a cgroup, or {@link #NOBODY} for none. */
    public int of(Cgroup cgroup) {
        if (cgroup == last) {
            return lastOwner;
        }
        int owner = 0;
        while (owner < owners.size() && owners.get(owner) != cgroup) {
            owner++;
        }
        if (owner == owners.size()) {
            add(cgroup);
        }
        last = cgroup;
        lastOwner = owner;
        return owner;
    }

    /** Everybody who has an account, in the order in which they came; the first is null, for {@link #NOBODY}. */
    public List<Cgroup> owners() {
        return Collections.unmodifiableList(owners);
    }

    /** What a core has spent on a cause for an owner, in picoseconds. */
    public long spentPs(int core, Cause cause, int owner) {
        return spentPs[account(cause, owner) * cores + core];
    }

    /** All that a core has spent. */
    public long spentPs(int core) {
        long sum = 0;
        for (int i = core; i < spentPs.length; i += cores) {
            sum += spentPs[i];
        }
        return sum;
    }

    /** All that was charged so far, be it paid or not. */
    public long chargedPs() {
        return chargedPs;
    }

    /** How often threads of an owner, or that waited for its sockets, were woken. */
    public long wakeUps(int owner) {
        return wakeUps[owner];
    }

    /** How often threads called the kernel for an owner. */
    public long systemCalls(int owner) {
        return systemCalls[owner];
    }

    /** Packets that were lost because a receive ring was full (ethtool -S: rx_missed_errors). */
    public long missed(int owner) {
        return missed[owner];
    }

    static int account(Cause cause, int owner) {
        return owner * Cause.COUNT + cause.ordinal();
    }

    void noteCharge(long ps) {
        chargedPs += ps;
    }

    void pay(int core, int account, long ps) {
        spentPs[account * cores + core] += ps;
    }

    void countWakeUp(int owner) {
        wakeUps[owner]++;
    }

    void countSystemCalls(int owner, int calls) {
        systemCalls[owner] += calls;
    }

    void countMissed(int owner) {
        missed[owner]++;
    }

    private void add(Cgroup cgroup) {
        owners.add(cgroup);
        int count = owners.size();
        spentPs = Arrays.copyOf(spentPs, count * Cause.COUNT * cores);
        wakeUps = Arrays.copyOf(wakeUps, count);
        systemCalls = Arrays.copyOf(systemCalls, count);
        missed = Arrays.copyOf(missed, count);
    }
}
