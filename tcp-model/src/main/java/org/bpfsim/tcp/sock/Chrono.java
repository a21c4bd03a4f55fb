package org.bpfsim.tcp.sock;

/**
 * For how long a connection had something to send, and for how long of that the peer's window or the send buffer was what
 * held it back (Linux 6.12, tcp_chrono_start() and tcp_chrono_stop() in net/ipv4/tcp_output.c). The most telling of what
 * applies at one time is what counts.
 */
public final class Chrono {
    public static final int UNSPEC = 0;
    public static final int BUSY = 1;
    public static final int RWND_LIMITED = 2;
    public static final int SNDBUF_LIMITED = 3;

    private final int[] jiffies = new int[SNDBUF_LIMITED + 1];
    private int type;
    private int start;

    /** Something begins (tcp_chrono_start()). */
    void begin(int what, HostKernel kernel) {
        if (what > type) {
            change(what, kernel.jiffies());
        }
    }

    /** Something ends; {@code nothingQueued}: nothing is left that is unsent or unacknowledged (tcp_chrono_stop()). */
    void end(int what, HostKernel kernel, boolean nothingQueued) {
        int next = nothingQueued ? UNSPEC : what == type ? BUSY : type;
        if (next != type) {
            change(next, kernel.jiffies());
        }
    }

    /** Jiffies that were spent in {@code what} alone. */
    public int jiffies(int what, int now) {
        return jiffies[what] + (what == type ? now - start : 0);
    }

    /** Jiffies in which the connection was busy, for whatever reason. */
    public int busyJiffies(int now) {
        return jiffies(BUSY, now) + jiffies(RWND_LIMITED, now) + jiffies(SNDBUF_LIMITED, now);
    }

    private void change(int next, int now) {
        if (type > UNSPEC) {
            jiffies[type] += now - start;
        }
        start = now;
        type = next;
    }
}
