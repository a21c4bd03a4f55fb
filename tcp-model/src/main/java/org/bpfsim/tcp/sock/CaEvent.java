package org.bpfsim.tcp.sock;

/** Arguments of {@code cwnd_event} and {@code in_ack_event} with Linux's numbers (6.12, include/net/tcp.h). */
public final class CaEvent {
    /** First transmission when nothing was in flight. */
    public static final int TX_START = 0;
    /** The window restarts after an idle time. */
    public static final int CWND_RESTART = 1;
    /** End of a window reduction. */
    public static final int COMPLETE_CWR = 2;
    /** Loss timeout. */
    public static final int LOSS = 3;
    /** A segment with ECT but without CE arrived. */
    public static final int ECN_NO_CE = 4;
    /** A segment marked CE arrived. */
    public static final int ECN_IS_CE = 5;

    /** Flags of {@code in_ack_event}. */
    public static final int CA_ACK_SLOWPATH = 1;

    public static final int CA_ACK_WIN_UPDATE = 2;
    public static final int CA_ACK_ECE = 4;

    private CaEvent() {}
}
