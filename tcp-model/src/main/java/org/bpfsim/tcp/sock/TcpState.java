package org.bpfsim.tcp.sock;

/** TCP states with Linux's numbers (6.12, include/net/tcp_states.h; RFC 9293, section 3.3.2). */
public final class TcpState {
    public static final int ESTABLISHED = 1;
    public static final int SYN_SENT = 2;
    public static final int SYN_RECV = 3;
    public static final int FIN_WAIT1 = 4;
    public static final int FIN_WAIT2 = 5;
    public static final int TIME_WAIT = 6;
    public static final int CLOSE = 7;
    public static final int CLOSE_WAIT = 8;
    public static final int LAST_ACK = 9;
    public static final int LISTEN = 10;
    public static final int CLOSING = 11;
    public static final int NEW_SYN_RECV = 12;

    private static final String[] NAMES = {
        "0",
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING",
        "NEW_SYN_RECV"
    };

    private TcpState() {}

    /** The name as {@code ss} and the RFC write it. */
    public static String name(int state) {
        return NAMES[state];
    }

    /** True if {@code state} is among those whose bits are set: {@code in(s, bit(SYN_SENT) | bit(LISTEN))}. */
    public static boolean in(int state, int bits) {
        return (bits & 1 << state) != 0;
    }

    public static int bit(int state) {
        return 1 << state;
    }
}
