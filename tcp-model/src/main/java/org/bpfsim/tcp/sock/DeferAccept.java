package org.bpfsim.tcp.sock;

/**
 * TCP_DEFER_ACCEPT is given in seconds and kept as a number of SYN-ACKs: as many as are sent within that time (Linux 6.12,
 * secs_to_retrans() in net/ipv4/tcp.c).
 */
final class DeferAccept {
    private static final int FIRST_S = 1;
    private static final int LONGEST_S = 120;
    private static final int MOST = 255;

    private DeferAccept() {}

    static int timeouts(int seconds) {
        if (seconds <= 0) {
            return 0;
        }
        int timeout = FIRST_S;
        int count = 1;
        for (int passed = timeout; seconds > passed && count < MOST; passed += timeout) {
            count++;
            timeout = Math.min(2 * timeout, LONGEST_S);
        }
        return count;
    }

    static int seconds(int timeouts) {
        int timeout = FIRST_S;
        int passed = timeouts > 0 ? timeout : 0;
        for (int i = 1; i < timeouts; i++) {
            timeout = Math.min(2 * timeout, LONGEST_S);
            passed += timeout;
        }
        return passed;
    }
}
