package org.bpfsim.tcp.sock;

/** Linux's {@code struct ack_sample}: the argument of {@code pkts_acked}. One per host, overwritten by each ACK. */
public final class AckSample {
    /** Segments newly acknowledged or SACKed. */
    public int pkts_acked;
    /** RTT by the newest segment that was (S)ACKed, in microseconds, or -1. */
    public int rtt_us;
    /** Segments in flight when the newest (S)ACKed segment was sent. */
    public int in_flight;
}
