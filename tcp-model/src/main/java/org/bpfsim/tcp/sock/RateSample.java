package org.bpfsim.tcp.sock;

/**
 * Linux's {@code struct rate_sample}: the delivery rate that an ACK lets one measure
 * (draft-cheng-iccrg-delivery-rate-estimation). One per host, overwritten by each ACK.
 */
public final class RateSample {
    public long prior_mstamp;
    public int prior_delivered;
    public int prior_delivered_ce;
    public int delivered;
    public int delivered_ce;
    public long interval_us;
    public int snd_interval_us;
    public int rcv_interval_us;
    public long rtt_us;
    public int losses;
    public int acked_sacked;
    public int prior_in_flight;
    public int last_end_seq;
    public boolean is_app_limited;
    public boolean is_retrans;
    public boolean is_ack_delayed;

    /** Forgets the previous ACK. */
    public void reset() {
        prior_mstamp = 0;
        prior_delivered = 0;
        prior_delivered_ce = 0;
        delivered = 0;
        delivered_ce = 0;
        interval_us = 0;
        snd_interval_us = 0;
        rcv_interval_us = 0;
        rtt_us = -1;
        losses = 0;
        acked_sacked = 0;
        prior_in_flight = 0;
        last_end_seq = 0;
        is_app_limited = false;
        is_retrans = false;
        is_ack_delayed = false;
    }
}
