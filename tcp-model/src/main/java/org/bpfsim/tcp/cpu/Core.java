package org.bpfsim.tcp.cpu;

import java.util.ArrayDeque;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;

/**
 * A core: does its softirqs first, then the thread that is on it, and lets threads take turns. Hot path: no allocation but for
 * growth.
 *
 * <p>Work is done at one instant and paid for afterwards: a step of a thread or softirq runs, and puts on the {@link Tape} what
 * that takes and what comes of it; the core then lets time pass along the tape. Softirqs interrupt a thread, whose tape waits.
 */
final class Core extends Event implements Tape.Payer {
    final int index;
    final Softirq softirq;
    private final HostCpus cpus;
    private final Scheduler scheduler;
    private final ArrayDeque<CpuTask> runQueue = new ArrayDeque<>();
    /** The thread that is on the core, or null. */
    private CpuTask task;
    /** How long it has run while it was on the core. */
    private long usedPs;
    /** What time passes for. */
    private Work running;

    private long sincePs;
    private long busyPs;
    private boolean advancing;

    Core(HostCpus cpus, int index, Scheduler scheduler) {
        this.cpus = cpus;
        this.index = index;
        this.scheduler = scheduler;
        this.softirq = new Softirq(cpus, this);
    }

    /** Picoseconds in which the core was busy so far, see {@link #settle}. */
    long busyPs() {
        return busyPs;
    }

    /** Whether no thread is on the core nor waits for it; softirqs do not count (Linux: available_idle_cpu()). */
    boolean isIdle() {
        return task == null && runQueue.isEmpty();
    }

    /** How many threads wait while another is on the core. */
    int waiting() {
        return task == null ? 0 : runQueue.size();
    }

    CpuTask takeWaiting() {
        return runQueue.poll();
    }

    /** A thread is to run here. */
    void enqueue(CpuTask woken) {
        woken.core = this;
        runQueue.add(woken);
        kick();
    }

    /** There is something new to do, or more of it. */
    void kick() {
        if (!advancing) {
            scheduler.at(scheduler.nowPs(), this);
        }
    }

    /** Books the time that has passed. */
    void settle() {
        long now = scheduler.nowPs();
        long elapsed = now - sincePs;
        if (running != null && elapsed > 0) {
            running.tape.spend(elapsed, this);
            busyPs += elapsed;
            if (running == task) {
                usedPs += elapsed;
            }
        }
        sincePs = now;
    }

    @Override
    public void pay(int account, long ps) {
        cpus.accounts().pay(index, account, ps);
    }

    @Override
    protected void fire(long nowPs) {
        advancing = true;
        settle();
        while ((running = choose()) != null) {
            cpus.begin(running);
            boolean takesTime = progress(running);
            cpus.end();
            if (!takesTime) {
                if (running == task) {
                    task = null;
                }
            } else if (running == softirq || !softirq.hasWork()) {
                arm();
                break;
            }
        }
        advancing = false;
    }

    @Override
    public String toString() {
        return "core " + index + " of " + cpus.hostName();
    }

    private Work choose() {
        if (softirq.hasWork()) {
            return softirq;
        }
        if (task != null && usedPs >= cpus.options().timeSlicePs() && !runQueue.isEmpty()) {
            runQueue.add(task);
            task = null;
        }
        if (task == null) {
            task = runQueue.isEmpty() ? cpus.takeWaiting() : runQueue.poll();
            if (task != null) {
                usedPs = 0;
                task.switchTo(this);
            }
        }
        return task;
    }

    /** Does what takes no time; answers whether there is something that does. */
    private static boolean progress(Work work) {
        Tape tape = work.tape;
        while (true) {
            Runnable effect = tape.pollEffect();
            if (effect != null) {
                effect.run();
            } else if (!tape.isEmpty()) {
                return true;
            } else if (!work.step()) {
                return false;
            }
        }
    }

    private void arm() {
        long inPs = running.tape.untilEffectPs();
        if (running == task && !runQueue.isEmpty()) {
            inPs = Math.min(inPs, Math.max(0, cpus.options().timeSlicePs() - usedPs));
        }
        scheduler.after(inPs, this);
    }
}
