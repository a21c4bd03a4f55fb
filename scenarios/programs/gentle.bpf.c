// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * bpf_gentle: a struct_ops congestion control for many senders and one receiver, without any help from switches.
 *
 * Windows that are counted in whole packets cannot share a port among a hundred senders: two packets of each overflow it.
 * This one keeps a window with a fraction, steered by delay, and lets pacing do what whole packets cannot: a window of a
 * quarter packet is one packet every four round trips. It is in the spirit of Swift (Kumar et al., SIGCOMM 2020): grow by
 * one packet per round trip below a target delay, give way in proportion to the excess above it, at most once per round
 * trip and by half at most. It begins with two packets, since nobody knows how many others begin at this moment.
 *
 * TCP itself always has two packets on their way, so that the receiver does not put off its ACK.
 */
#include "bpfsim_kernel.h"

#define ONE (1U << 16) /* a packet, in the units of the window */
#define LEAST (ONE / 16)
#define UNPACED 10 /* segments that Linux sends before it paces: tcp_update_skb_after_send() in net/ipv4/tcp_output.c */
#define MOST (1000U * ONE)
#define US_PER_S 1000000ULL

/* .rodata: a loader may set them. */
const volatile __u32 target_us = 60;     /* round-trip time that is aimed at */
const volatile __u32 initial_packets = 2;

struct gentle_state {
    __u32 window;     /* packets with 16 fractional bits */
    __u32 round_end;  /* the window may be cut again when this has been acknowledged */
    __u32 cwnd_before_loss;
    __u32 rtt_us;     /* smoothed, of the newest segment that each ACK covers; zero before the first */
};

static __always_inline struct gentle_state *state_of(struct sock *sk)
{
    return (struct gentle_state *)inet_csk(sk)->icsk_ca_priv;
}

/*
 * Window and pacing rate of the socket as the window with its fraction has them. Linux's own smoothed RTT is of no use
 * here: it is that of the oldest segment that an ACK covers, and contains the time for which pacing held back the one
 * after it. A rate made from it falls, that time grows, and the rate falls further.
 */
static __always_inline void apply(struct sock *sk, struct gentle_state *s)
{
    struct tcp_sock *tp = tcp_sk(sk);
    __u32 packets = s->window / ONE;

    tp->snd_cwnd = packets < 2 ? 2 : packets;
    if (packets >= 2 || !s->rtt_us) {
        sk->sk_pacing_rate = ~0UL;
        return;
    }
    sk->sk_pacing_rate = (__u64)tp->mss_cache * s->window * US_PER_S / ONE / s->rtt_us;
}

static __always_inline void cut(struct tcp_sock *tp, struct gentle_state *s, __u32 window)
{
    /* As long as nothing is paced, less than a packet changes nothing, and would only be cut again and again. */
    __u32 least = tp->data_segs_out <= UNPACED ? ONE : LEAST;

    s->window = window < least ? least : window;
    s->round_end = tp->snd_nxt;
}

SEC("struct_ops")
void BPF_PROG(gentle_init, struct sock *sk)
{
    struct gentle_state *s = state_of(sk);

    s->window = initial_packets * ONE;
    s->round_end = tcp_sk(sk)->snd_nxt;
    s->cwnd_before_loss = 0;
    s->rtt_us = 0;
    sk->sk_pacing_status = SK_PACING_NEEDED;
    apply(sk, s);
}

SEC("struct_ops")
void BPF_PROG(gentle_cong_control, struct sock *sk, __u32 ack, int flag, const struct rate_sample *rs)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct gentle_state *s = state_of(sk);
    bool round_over = !seq_before(ack, s->round_end);
    __s64 rtt_us = rs->rtt_us;
    __u32 acked = rs->acked_sacked;
    __u32 window = s->window;

    if (rtt_us > 0)
        s->rtt_us = s->rtt_us ? (7 * s->rtt_us + (__u32)rtt_us) / 8 : (__u32)rtt_us;
    if (rs->losses > 0 && round_over) {
        cut(tp, s, window / 2);
    } else if (rtt_us > target_us && round_over) {
        __u64 excess = (__u64)(rtt_us - target_us) * window / (__u64)rtt_us; /* never more than the window */

        cut(tp, s, excess > window / 2 ? window / 2 : window - (__u32)excess);
    } else if (rtt_us > 0 && rtt_us <= target_us && acked) {
        if (acked > 64)
            acked = 64;
        /* A packet more per round trip: each acknowledged packet brings its share of one. */
        window += window >= ONE ? (__u32)((__u64)acked * ONE * ONE / window) : acked * (ONE / 4);
        s->window = window > MOST ? MOST : window;
    }
    apply(sk, s);
}

/* What recovery is told to go down to; cong_control() decides the window in any case. */
SEC("struct_ops")
__u32 BPF_PROG(gentle_ssthresh, struct sock *sk)
{
    __u32 cwnd = tcp_sk(sk)->snd_cwnd;

    state_of(sk)->cwnd_before_loss = cwnd;
    return cwnd < 4 ? 2 : cwnd / 2;
}

SEC("struct_ops")
void BPF_PROG(gentle_set_state, struct sock *sk, __u8 new_state)
{
    struct gentle_state *s = state_of(sk);

    if (new_state == CA_STATE_LOSS) {
        cut(tcp_sk(sk), s, s->window / 2);
        apply(sk, s);
    }
}

SEC("struct_ops")
__u32 BPF_PROG(gentle_undo_cwnd, struct sock *sk)
{
    __u32 cwnd = tcp_sk(sk)->snd_cwnd;
    __u32 before = state_of(sk)->cwnd_before_loss;

    return cwnd > before ? cwnd : before;
}

SEC(".struct_ops")
struct tcp_congestion_ops gentle = {
    .init = (void *)gentle_init,
    .cong_control = (void *)gentle_cong_control,
    .ssthresh = (void *)gentle_ssthresh,
    .set_state = (void *)gentle_set_state,
    .undo_cwnd = (void *)gentle_undo_cwnd,
    .name = "bpf_gentle",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
