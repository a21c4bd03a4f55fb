package org.bpfsim.tcp.psock;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Something that follows from what is being done to a socket: at the same instant when that is done, or, on a host with CPUs, when
 * the core has done it.
 */
final class Deferred extends Event {
    private final TcpSock sk;
    private final Runnable action;
    private boolean isAsked;

    Deferred(TcpSock sk, Runnable action) {
        this.sk = sk;
        this.action = action;
    }

    /** It is to happen as soon as it can, once. */
    void soon() {
        HostKernel kernel = sk.kernel;
        if (isAsked) {
            return;
        }
        kernel.scheduler.cancel(this);
        if (kernel.cpus == null) {
            kernel.scheduler.at(kernel.scheduler.nowPs(), this);
        } else {
            kernel.cpus.afterwards(sk, this::happen);
        }
        isAsked = true;
    }

    /** It is to happen at the next tick, unless it is asked for before. */
    void atNextTick() {
        HostKernel kernel = sk.kernel;
        if (!isAsked && !kernel.scheduler.isPending(this)) {
            kernel.scheduler.at(kernel.jiffyStartPs(kernel.jiffies64() + 1), this);
        }
    }

    @Override
    protected void fire(long nowPs) {
        happen();
    }

    private void happen() {
        isAsked = false;
        action.run();
    }
}
