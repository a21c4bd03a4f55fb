/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel types that the selftests bpf_dctcp, bpf_cubic and bpf_cc_cubic use, for machines whose kernel does not show its own
 * (/sys/kernel/btf/vmlinux). Members are found by name when a program is loaded, so only names and types matter.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false, true };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum bpf_map_type { BPF_MAP_TYPE_SK_STORAGE = 24 };
enum { BPF_F_NO_PREALLOC = 1 };

enum tcp_ca_state { TCP_CA_Open, TCP_CA_Disorder, TCP_CA_CWR, TCP_CA_Recovery, TCP_CA_Loss };

enum tcp_ca_event {
    CA_EVENT_TX_START,
    CA_EVENT_CWND_RESTART,
    CA_EVENT_COMPLETE_CWR,
    CA_EVENT_LOSS,
    CA_EVENT_ECN_NO_CE,
    CA_EVENT_ECN_IS_CE,
};

enum inet_csk_ack_state_t {
    ICSK_ACK_SCHED = 1,
    ICSK_ACK_TIMER = 2,
    ICSK_ACK_PUSHED = 4,
    ICSK_ACK_PUSHED2 = 8,
    ICSK_ACK_NOW = 16,
};

enum sk_pacing { SK_PACING_NONE, SK_PACING_NEEDED, SK_PACING_FQ };

struct sock_common {
    unsigned short skc_family;
};

struct sock {
    struct sock_common __sk_common;
    __u32 sk_pacing_status;
    unsigned long sk_pacing_rate;
    unsigned long sk_max_pacing_rate;
};

struct inet_sock {
    struct sock sk;
};

struct inet_connection_sock {
    struct inet_sock icsk_inet;
    __u8 icsk_ca_state : 5, icsk_ca_initialized : 1, icsk_ca_setsockopt : 1, icsk_ca_dst_locked : 1;
    struct {
        __u8 pending;
    } icsk_ack;
    u64 icsk_ca_priv[13];
};

struct tcp_sock {
    struct inet_connection_sock inet_conn;
    u32 snd_cwnd;
    u8 chrono_type : 2, repair : 1, tcp_usec_ts : 1, is_sack_reneg : 1, is_cwnd_limited : 1;
    u32 snd_ssthresh;
    u32 lsndtime;
    u8 ecn_flags;
    u64 tcp_mstamp;
    u32 rcv_nxt;
    u32 snd_nxt;
    u32 snd_una;
    u32 delivered;
    u32 delivered_ce;
    u32 max_packets_out;
    u32 packets_out;
    u32 retrans_out;
    u32 sacked_out;
    u32 lost_out;
    u32 prior_cwnd;
    u32 prr_delivered;
    u32 prr_out;
    u32 high_seq;
    u32 reordering;
    u32 mss_cache;
    u32 srtt_us;
    u32 snd_cwnd_stamp;
};

struct ack_sample {
    u32 pkts_acked;
    s32 rtt_us;
    u32 in_flight;
};

struct rate_sample {
    int losses;
    u32 acked_sacked;
};

union tcp_cc_info;

struct tcp_congestion_ops {
    u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
    void (*set_state)(struct sock *sk, u8 new_state);
    void (*cwnd_event)(struct sock *sk, enum tcp_ca_event ev);
    void (*in_ack_event)(struct sock *sk, u32 flags);
    void (*pkts_acked)(struct sock *sk, const struct ack_sample *sample);
    u32 (*min_tso_segs)(struct sock *sk);
    void (*cong_control)(struct sock *sk, u32 ack, int flag, const struct rate_sample *rs);
    u32 (*undo_cwnd)(struct sock *sk);
    u32 (*sndbuf_expand)(struct sock *sk);
    char name[16];
    void (*init)(struct sock *sk);
    void (*release)(struct sock *sk);
    u32 key;
    u32 flags;
};

#pragma clang attribute pop

#endif
