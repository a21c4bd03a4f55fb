package org.bpfsim.tcp.sock;

/**
 * What the steps of processing one ACK tell each other (Linux: tcp_sacktag_state and locals of tcp_ack()). One per host,
 * overwritten by each ACK.
 */
public final class AckNotes {
    /** Nothing beyond what the window lets out. */
    public static final int REXMIT_NONE = 0;
    /** Lost segments are to be retransmitted. */
    public static final int REXMIT_LOST = 1;
    /** New data is to be sent to find out whether a timeout was spurious. */
    public static final int REXMIT_NEW = 2;

    /** Bits of {@link AckFlag}. */
    public int flag;
    /** One of the REXMIT constants. */
    public int rexmit;
    /** The probe of a larger MTU is lost. */
    public boolean mtuProbeLost;
    /** snd_una before this ACK. */
    public int priorSndUna;
    /** Lowest sequence number that arrived after a higher one without having been retransmitted. */
    public int reord;
    /** When the earliest and latest newly SACKed, never retransmitted segment was sent, in microseconds; 0 if none. */
    public long firstSackUs;

    public long lastSackUs;
    /** Start and end of the SACK blocks of this ACK that are valid, in ascending order. */
    public final int[] blocks = new int[8];
    /** Segments that SACK blocks of this ACK newly cover. */
    public int sackDelivered;
}
