package org.bpfsim.tcp.cpu;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * A thread on a host with CPUs: loops around epoll_wait(), which tells it of up to 64 things at once. Hot path: no allocation but
 * for growth.
 */
public final class CpuTask extends Work implements Task {
    /** What an application passes to epoll_wait() as maxevents. */
    private static final int MAX_EVENTS = 64;

    private static final int FEW = 8;

    private final String name;
    private final Cgroup cgroup;
    private final HostCpus cpus;
    /** Things to deal with that epoll_wait() is to tell of, in the order in which they happened. */
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    /** How many of them it has told of. */
    private int told;
    /** Whether epoll_wait() is being called, and whether it was and has not returned. */
    private boolean calling;

    private boolean waiting = true;
    /** Nobody has begun to wake it since it fell asleep in epoll_wait(). */
    private boolean asleep = true;

    /** Own work to come, and what follows each. */
    private long[] workPs = new long[FEW];

    private final ArrayDeque<Runnable> follows = new ArrayDeque<>();
    private int firstWork;
    /** What follows the work that is being done, or null. */
    private Runnable following;

    private final Runnable place = this::place;
    /** Where it runs, or ran last. */
    Core core;

    CpuTask(HostCpus cpus, String name, Cgroup cgroup, Core core) {
        this.cpus = cpus;
        this.name = name;
        this.cgroup = cgroup;
        this.core = core;
        this.owner = cpus.accounts().of(cgroup);
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
    Core core() {
        return core;
    }

    @Override
    public void post(Runnable work) {
        if (cpus.current() == null) { // a timer's interrupt
            cpus.charge(core.softirq, Cause.IRQ, owner, cpus.costs().interrupt());
            core.kick();
        }
        ready.add(work);
        wake(owner, core.softirq);
    }

    @Override
    public void compute(long ns, Runnable then) {
        if (ns < 0) {
            throw new IllegalArgumentException(name + " computes for " + ns + " ns");
        }
        if (follows.size() == workPs.length) {
            int length = workPs.length;
            long[] longer = Arrays.copyOf(workPs, 2 * length);
            System.arraycopy(workPs, 0, longer, length, length); // so that the order from the first on is kept
            workPs = longer;
        }
        workPs[firstWork + follows.size() & workPs.length - 1] = ns * SimTime.PS_PER_NS;
        follows.add(then);
        if (cpus.current() != this) {
            resume();
        }
    }

    @Override
    public void afterwards(Runnable then) {
        tape.then(then);
        if (cpus.current() != this) {
            resume();
        }
    }

    /**
     * Something has happened to a socket (ep_poll_callback()): the thread deals with it when its turn comes.
     *
     * @param event is run in the thread, once for each call
     */
    public void ready(SockCommon sk, Runnable event) {
        ready.add(event);
        wake(cpus.ownerOf(sk), cpus.softirqOf(sk));
    }

    /**
     * System calls on a socket begin, one after the other. Answers whether {@link #leave} is to follow: they come from outside of
     * what is simulated, such as a test, and the thread has to run for them.
     */
    public boolean enter(TcpSock sk, int calls) {
        boolean fromOutside = cpus.current() == null;
        if (fromOutside) {
            cpus.begin(this);
        }
        cpus.systemCalls(sk, calls);
        return fromOutside;
    }

    /** The calls are over. */
    public void leave() {
        cpus.end();
        resume();
    }

    @Override
    boolean step() {
        if (following != null) {
            Runnable then = following;
            following = null;
            then.run();
        } else if (!follows.isEmpty()) {
            following = follows.poll();
            cpus.charge(this, Cause.APPLICATION, owner, workPs[firstWork]);
            firstWork = firstWork + 1 & workPs.length - 1;
        } else if (told > 0) {
            told--;
            ready.poll().run();
        } else if (calling || waiting) {
            waiting = ready.isEmpty();
            calling = false;
            asleep = waiting;
            told = Math.min(ready.size(), MAX_EVENTS);
            return !waiting;
        } else {
            calling = true;
            cpus.accounts().countSystemCalls(owner, 1);
            cpus.charge(this, Cause.SYSCALL, owner, cpus.costs().systemCall());
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }

    /** @param softirq what wakes it if nothing of this host is being done now: a timer of the stack's */
    private void wake(int forOwner, Softirq softirq) {
        if (!asleep) {
            return;
        }
        asleep = false;
        cpus.accounts().countWakeUp(forOwner);
        Work waker = cpus.currentOr(softirq);
        cpus.charge(waker, Cause.WAKEUP, forOwner, cpus.costs().wakeUp());
        waker.tape.then(place);
    }

    /** Work for it has come from outside of the simulated host, which costs nothing. */
    private void resume() {
        if (asleep) {
            asleep = false;
            place();
        } else {
            core.kick();
        }
    }

    private void place() {
        cpus.coreFor(core).enqueue(this);
    }

    /** It is on a core from now on. */
    void switchTo(Core onto) {
        core = onto;
        cpus.chargeFirst(this, Cause.CONTEXT_SWITCH, owner, cpus.costs().contextSwitch());
    }
}
