package org.bpfsim.tcp.sock;

/** What the steps of processing one ACK tell each other. One per host, overwritten by each ACK. */
public final class AckNotes {
    /** One of {@link AckFlag}'s bits. */
    public int flag;
    /** Segments in flight, packets delivered and lost before this ACK. */
    public int priorInFlight;

    public int priorPacketsOut;
    public int priorDelivered;
    public int priorLost;
    public int priorUna;
    public int fackets;
    public int pktsAckedByCumulative;
    /** Lowest sequence number that reordering touched. */
    public int reord;
    /** Sending time of the first and last SACKed segment that was never retransmitted, in microseconds; 0 if none. */
    public long sackFirstUs;

    public long sackLastUs;
    public int sackDelivered;
    /** Duplicate ACKs seen by this ACK, for a peer without SACK. */
    public int dupAcks;
    /** Something is to be retransmitted: 0 none, 1 new data may go, 2 retransmissions. */
    public int rexmit;

    public int mssNow;
    public int lostRetrans;
}
