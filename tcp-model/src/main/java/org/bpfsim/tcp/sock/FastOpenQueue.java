package org.bpfsim.tcp.sock;

import java.util.ArrayDeque;

/**
 * Connections of a listener that were opened fast and whose handshake is not complete (Linux: struct fastopen_queue).
 * Those that a RST has ended count for a minute more, against forged SYNs (RFC 7413, section 5.1).
 */
public final class FastOpenQueue {
    private static final int RESET_COUNTS_S = 60;

    /** Most such connections; 0: the listener does not open fast. */
    public int max_qlen;

    public int qlen;
    /** The listener's own keys, or null for the host's. */
    public FastOpenKeys keys;

    private final ArrayDeque<Long> resetUntil = new ArrayDeque<>();

    /** A listener's queue, made when it is needed first. */
    static FastOpenQueue of(TcpSock listener) {
        if (listener.fastopenq == null) {
            listener.fastopenq = new FastOpenQueue();
        }
        return listener.fastopenq;
    }

    /**
     * Makes a socket open fast when it listens: setsockopt(TCP_FASTOPEN), or listen() where the sysctl says so. The host
     * gets a key if it has none.
     */
    public static void enable(TcpSock listener, int backlog) {
        HostKernel kernel = listener.kernel;
        of(listener).max_qlen = Math.min(backlog, kernel.sysctls.somaxconn);
        if (kernel.sysctls.tcp_fastopen_key == null) {
            kernel.sysctls.tcp_fastopen_key = FastOpenKeys.random(kernel.random);
        }
    }

    /** Whether there is room for one more; makes some by forgetting a RST that is a minute old. */
    public boolean hasRoom(HostKernel kernel) {
        if (max_qlen == 0) {
            return false;
        }
        if (qlen < max_qlen) {
            return true;
        }
        if (resetUntil.isEmpty() || resetUntil.peek() > kernel.jiffies64()) {
            kernel.mib.inc(Mib.TCP_FASTOPEN_LISTEN_OVERFLOW);
            return false;
        }
        resetUntil.remove();
        qlen--;
        return true;
    }

    /** How many of {@link #qlen} were ended by a RST and count for a while. */
    public int resets() {
        return resetUntil.size();
    }

    /** A connection that was accepted before its handshake was complete has ended by a RST. */
    void countReset(HostKernel kernel) {
        resetUntil.add(kernel.jiffies64() + (long) RESET_COUNTS_S * kernel.hz);
        qlen++;
    }
}
