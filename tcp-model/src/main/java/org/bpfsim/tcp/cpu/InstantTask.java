package org.bpfsim.tcp.cpu;

import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.Cgroup;

/** A thread on a host without CPUs: there is always a core for it, and the kernel's work takes no time. */
public final class InstantTask implements Task {
    private final String name;
    private final Cgroup cgroup;
    private final Scheduler scheduler;

    public InstantTask(String name, Cgroup cgroup, Scheduler scheduler) {
        this.name = name;
        this.cgroup = cgroup;
        this.scheduler = scheduler;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Cgroup cgroup() {
        return cgroup;
    }

    @Override
    public void post(Runnable work) {
        work.run();
    }

    @Override
    public void compute(long ns, Runnable then) {
        if (ns < 0) {
            throw new IllegalArgumentException(name + " computes for " + ns + " ns");
        }
        scheduler.after(ns * SimTime.PS_PER_NS, new Computed(then));
    }

    @Override
    public void afterwards(Runnable then) {
        then.run();
    }

    private final class Computed extends Event {
        private final Runnable then;

        Computed(Runnable then) {
            this.then = then;
        }

        @Override
        protected void fire(long nowPs) {
            then.run();
        }

        @Override
        public String toString() {
            return "work of " + name;
        }
    }
}
