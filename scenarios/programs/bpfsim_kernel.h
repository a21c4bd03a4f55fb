/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of the Linux kernel that our programs touch, and nothing else.
 *
 * Struct members are found by name when a program is loaded (CO-RE: preserve_access_index), so a struct here lists
 * only what is used, in any order. Names, types and constants are Linux 6.12's. Whoever needs one more field adds one
 * line; `bpfsim bpf inspect` shows what an object uses.
 */
#ifndef BPFSIM_KERNEL_H
#define BPFSIM_KERNEL_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#define AF_INET 2
#define AF_INET6 10
#define SOL_SOCKET 1
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SOL_TCP 6
#define TCP_WINDOW_CLAMP 10
#define TCP_CONGESTION 13
#define TCP_CA_NAME_MAX 16

/* include/net/tcp.h */
#define TCP_CONG_NEEDS_ECN 0x2
#define TCP_ECN_OK 1
#define TCP_ECN_DEMAND_CWR 4

/* include/net/sock.h */
#define SK_PACING_NEEDED 1

/* include/net/inet_connection_sock.h: bits of icsk_ack.pending */
#define ICSK_ACK_TIMER 2
#define ICSK_ACK_NOW 16

/* enum tcp_ca_state: what set_state() is told */
enum {
    CA_STATE_RECOVERY = 3,
    CA_STATE_LOSS = 4,
};

/* enum tcp_ca_event: what cwnd_event() is told */
enum {
    CA_EVENT_RTO = 3,
    CA_EVENT_NO_CE = 4,
    CA_EVENT_IS_CE = 5,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock_common {
    __u16 skc_family;
};

struct sock {
    struct sock_common __sk_common;
    unsigned long sk_pacing_rate;
    __u32 sk_pacing_status;
};

struct inet_connection_sock {
    struct {
        __u8 pending;
    } icsk_ack;
    __u64 icsk_ca_priv[13];
};

struct tcp_sock {
    __u32 snd_una;
    __u32 snd_nxt;
    __u32 rcv_nxt;
    __u32 snd_cwnd;
    __u32 snd_ssthresh;
    __u32 delivered;
    __u32 delivered_ce;
    __u8 ecn_flags;
    __u32 mss_cache;
    __u32 data_segs_out;
};

struct rate_sample {
    __s64 rtt_us;
    __u32 acked_sacked;
    __s32 losses;
};

#pragma clang attribute pop

/* Not CO-RE: a program describes its own congestion control with it. Members are matched by name. */
struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
    void (*set_state)(struct sock *sk, __u8 new_state);
    void (*cwnd_event)(struct sock *sk, int event);
    void (*in_ack_event)(struct sock *sk, __u32 flags);
    void (*cong_control)(struct sock *sk, __u32 ack, int flag, const struct rate_sample *rs);
    __u32 (*undo_cwnd)(struct sock *sk);
    char name[TCP_CA_NAME_MAX];
    void (*init)(struct sock *sk);
    void (*release)(struct sock *sk);
    __u32 flags;
};

extern void tcp_reno_cong_avoid(struct sock *sk, __u32 ack, __u32 acked) __ksym;

/* HZ of the kernel that loads the program: TIMEOUT_INIT is answered in jiffies. */
extern unsigned long CONFIG_HZ __kconfig;

/* Inside Linux one pointer is all three: each struct begins with the one before. */
static __always_inline struct tcp_sock *tcp_sk(const struct sock *sk)
{
    return (struct tcp_sock *)sk;
}

static __always_inline struct inet_connection_sock *inet_csk(const struct sock *sk)
{
    return (struct inet_connection_sock *)sk;
}

/* Serial number arithmetic, RFC 9293 section 3.4. */
static __always_inline bool seq_before(__u32 a, __u32 b)
{
    return (__s32)(a - b) < 0;
}

#endif
