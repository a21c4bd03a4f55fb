package org.bpfsim.tcp.cpu;

import org.bpfsim.tcp.sock.Cgroup;

/**
 * A thread of an application that waits in epoll_wait() for what happens to its sockets, and deals with one thing after the
 * other. The handlers of its sockets run in it.
 *
 * <p>On a host with CPUs the thread runs on a core. What a handler does takes time: each call of a socket is a system call, and
 * {@link #compute} is the application's own work. The handler itself runs at one instant, when its turn has come; what it
 * sends leaves when the core has done the work that leads to it, and the thread's next event is dealt with after all of it.
 * So whoever wants to know when something was really finished asks with {@link #afterwards}.
 *
 * <p>On a host without CPUs handlers run when something happens, at once, and only {@link #compute} takes time.
 */
public interface Task {
    /** For people: {@code server/2}. */
    String name();

    /** Where the thread lives, and to whom its time is charged; null for the root. */
    Cgroup cgroup();

    /**
     * Something else that the thread waits for has happened (a timer of its, another thread's message): wakes the thread if it
     * sleeps, and runs the work in it when its turn has come.
     */
    void post(Runnable work);

    /**
     * Lets the thread work for itself, and then go on; to be called by what runs in the thread. Until then it deals with nothing
     * else. Several calls follow one another. Nothing of it happens within this call.
     *
     * @param ns nanoseconds of a core, 0 or more; on a host without CPUs, of simulated time, in which the thread may do other
     *     things as well
     * @param then what follows
     */
    void compute(long ns, Runnable then);

    /**
     * Runs something once all that the thread has done so far in the present handler has taken its time: what a measurement is
     * written down with. At once on a host without CPUs.
     */
    void afterwards(Runnable then);
}
