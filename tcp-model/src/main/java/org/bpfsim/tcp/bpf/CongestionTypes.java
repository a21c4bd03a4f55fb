package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.RateSample;

/** What congestion controls are told about an ACK (Linux 6.12, include/net/tcp.h). */
final class CongestionTypes {
    static final StructType<AckSample> ACK_SAMPLE = StructType.builder("ack_sample", AckSample.class)
            .u32("pkts_acked", s -> s.pkts_acked)
            .s32("rtt_us", s -> s.rtt_us)
            .u32("in_flight", s -> s.in_flight)
            .build();

    static final StructType<RateSample> RATE_SAMPLE = StructType.builder("rate_sample", RateSample.class)
            .u64("prior_mstamp", s -> s.prior_mstamp)
            .u32("prior_delivered", s -> s.prior_delivered)
            .u32("prior_delivered_ce", s -> s.prior_delivered_ce)
            .s32("delivered", s -> s.delivered)
            .s32("delivered_ce", s -> s.delivered_ce)
            .s64("interval_us", s -> s.interval_us)
            .u32("snd_interval_us", s -> s.snd_interval_us)
            .u32("rcv_interval_us", s -> s.rcv_interval_us)
            .s64("rtt_us", s -> s.rtt_us)
            .s32("losses", s -> s.losses)
            .u32("acked_sacked", s -> s.acked_sacked)
            .u32("prior_in_flight", s -> s.prior_in_flight)
            .u32("last_end_seq", s -> s.last_end_seq)
            .u8("is_app_limited", s -> s.is_app_limited ? 1 : 0)
            .u8("is_retrans", s -> s.is_retrans ? 1 : 0)
            .u8("is_ack_delayed", s -> s.is_ack_delayed ? 1 : 0)
            .build();

    private CongestionTypes() {}
}
