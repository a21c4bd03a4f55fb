package org.bpfsim.tcp.sock;

/** States of congestion and loss handling with Linux's numbers: {@code enum tcp_ca_state} (6.12, include/uapi/linux/tcp.h). */
public final class CaState {
    /** Nothing bad has been observed. */
    public static final int OPEN = 0;
    /** SACKs or duplicate ACKs were seen; perhaps reordering. */
    public static final int DISORDER = 1;
    /** The window is being reduced because of an ECN mark or a local drop. */
    public static final int CWR = 2;
    /** Lost segments are being retransmitted. */
    public static final int RECOVERY = 3;
    /** A retransmission timeout has occurred. */
    public static final int LOSS = 4;

    private CaState() {}
}
