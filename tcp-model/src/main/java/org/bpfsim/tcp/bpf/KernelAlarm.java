package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.map.Alarm;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.HostKernel;

/** An alarm of a host's monotonic clock: an event of the run. Hot path: no allocation. */
final class KernelAlarm extends Event implements Alarm {
    private final HostKernel kernel;
    private final Runnable action;

    KernelAlarm(HostKernel kernel, Runnable action) {
        this.kernel = kernel;
        this.action = action;
    }

    @Override
    public void start(long atNs) {
        long ns = atNs - HostKernel.UPTIME_US * 1000;
        // What lies beyond the range of the run's clock, a hundred days, does not come.
        if (ns > (SimTime.NEVER - 1) / SimTime.PS_PER_NS) {
            kernel.scheduler.cancel(this);
        } else {
            kernel.scheduler.at(Math.max(kernel.scheduler.nowPs(), Math.max(0, ns) * SimTime.PS_PER_NS), this);
        }
    }

    @Override
    public void stop() {
        kernel.scheduler.cancel(this);
    }

    @Override
    protected void fire(long nowPs) {
        action.run();
    }
}
