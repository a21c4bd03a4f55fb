// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * bpf_dctcp_dc: Data Center TCP (RFC 8257) as a struct_ops congestion control.
 *
 * The sender estimates the fraction of packets that met congestion and gives way in that proportion; the receiver
 * echoes every mark exactly. Growth is Reno's. The estimate has 20 fractional bits here where Linux's own has 10.
 *
 * Needs ECN on the connection; use_cc.bpf.c asks for it and switches connections over.
 */
#include "bpfsim_kernel.h"

#define ALPHA_BITS 20
#define ALPHA_ONE (1U << ALPHA_BITS)
#define GAIN_SHIFT 4 /* g = 1/16, as in RFC 8257 section 4.2 */
#define MIN_CWND 2U

struct dctcp_state {
    __u32 alpha;            /* fraction of marked packets, ALPHA_ONE being all of them */
    __u32 window_end;       /* the observation window ends when this has been acknowledged */
    __u32 delivered;        /* tp->delivered when the window began */
    __u32 delivered_ce;     /* tp->delivered_ce when the window began */
    __u32 cwnd_before_loss; /* to go back to when the loss proves spurious */
    __u32 acked_nxt;        /* receiver: rcv_nxt as of the last packet */
    __u32 ce;               /* receiver: the last packet carried CE (DCTCP.CE) */
};

static __always_inline struct dctcp_state *state_of(struct sock *sk)
{
    return (struct dctcp_state *)inet_csk(sk)->icsk_ca_priv;
}

static __always_inline __u32 at_least_min(__u32 cwnd)
{
    return cwnd < MIN_CWND ? MIN_CWND : cwnd;
}

static __always_inline void begin_window(const struct tcp_sock *tp, struct dctcp_state *s)
{
    s->window_end = tp->snd_nxt;
    s->delivered = tp->delivered;
    s->delivered_ce = tp->delivered_ce;
}

SEC("struct_ops")
void BPF_PROG(dctcp_dc_init, struct sock *sk)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp_state *s = state_of(sk);

    s->alpha = ALPHA_ONE; /* begin with the strongest reaction, as Linux does (dctcp_alpha_on_init) */
    s->acked_nxt = tp->rcv_nxt;
    s->ce = 0;
    s->cwnd_before_loss = 0;
    begin_window(tp, s);
}

/* Section 3.3, steps 1 to 8: once per window of data, alpha follows the fraction of packets that were marked. */
SEC("struct_ops")
void BPF_PROG(dctcp_dc_in_ack_event, struct sock *sk, __u32 flags)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp_state *s = state_of(sk);
    __u32 packets, marked, decay;
    __u64 alpha;

    if (seq_before(tp->snd_una, s->window_end))
        return;
    packets = tp->delivered - s->delivered;
    marked = tp->delivered_ce - s->delivered_ce;
    decay = s->alpha >> GAIN_SHIFT;
    alpha = decay ? s->alpha - decay : 0; /* section 4.2: alpha must be able to reach zero */
    if (packets)
        alpha += ((__u64)marked << (ALPHA_BITS - GAIN_SHIFT)) / packets;
    s->alpha = alpha > ALPHA_ONE ? ALPHA_ONE : alpha;
    begin_window(tp, s);
}

/* Section 3.3: cwnd = cwnd * (1 - alpha / 2), at most once per window, which Linux's CWR state sees to. */
SEC("struct_ops")
__u32 BPF_PROG(dctcp_dc_ssthresh, struct sock *sk)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp_state *s = state_of(sk);
    __u32 cwnd = tp->snd_cwnd;

    s->cwnd_before_loss = cwnd;
    return at_least_min(cwnd - (__u32)(((__u64)cwnd * s->alpha) >> (ALPHA_BITS + 1)));
}

/* Section 3.5: loss is answered as any TCP answers it, by half, whatever alpha says. */
static __always_inline void halve(struct sock *sk)
{
    struct tcp_sock *tp = tcp_sk(sk);

    state_of(sk)->cwnd_before_loss = tp->snd_cwnd;
    tp->snd_ssthresh = at_least_min(tp->snd_cwnd / 2);
}

SEC("struct_ops")
void BPF_PROG(dctcp_dc_set_state, struct sock *sk, __u8 new_state)
{
    if (new_state == CA_STATE_RECOVERY)
        halve(sk);
}

/* What the next ACK echoes: ECE as long as packets arrive with CE. */
static __always_inline void echo(struct sock *sk, bool ce)
{
    struct tcp_sock *tp = tcp_sk(sk);

    if (ce)
        tp->ecn_flags |= TCP_ECN_DEMAND_CWR;
    else
        tp->ecn_flags &= ~TCP_ECN_DEMAND_CWR;
}

/*
 * Section 3.2, figure 1: delayed ACKs stay, but whenever marks begin or end, a pending ACK first leaves with the old
 * state and covers only what arrived in it, and the packet that changed it is acknowledged at once.
 */
static __always_inline void packet_arrived(struct sock *sk, bool ce)
{
    struct dctcp_state *s = state_of(sk);
    struct inet_connection_sock *icsk = inet_csk(sk);

    if (s->ce != ce) {
        if (icsk->icsk_ack.pending & ICSK_ACK_TIMER) {
            echo(sk, s->ce);
            bpf_tcp_send_ack(sk, s->acked_nxt);
        }
        icsk->icsk_ack.pending |= ICSK_ACK_NOW;
        s->ce = ce;
    }
    s->acked_nxt = tcp_sk(sk)->rcv_nxt;
    echo(sk, ce);
}

SEC("struct_ops")
void BPF_PROG(dctcp_dc_cwnd_event, struct sock *sk, int event)
{
    switch (event) {
    case CA_EVENT_IS_CE:
        packet_arrived(sk, true);
        break;
    case CA_EVENT_NO_CE:
        packet_arrived(sk, false);
        break;
    case CA_EVENT_RTO:
        halve(sk);
        break;
    }
}

SEC("struct_ops")
void BPF_PROG(dctcp_dc_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
    tcp_reno_cong_avoid(sk, ack, acked);
}

SEC("struct_ops")
__u32 BPF_PROG(dctcp_dc_undo_cwnd, struct sock *sk)
{
    __u32 cwnd = tcp_sk(sk)->snd_cwnd;
    __u32 before = state_of(sk)->cwnd_before_loss;

    return cwnd > before ? cwnd : before;
}

SEC(".struct_ops")
struct tcp_congestion_ops dctcp_dc = {
    .init = (void *)dctcp_dc_init,
    .in_ack_event = (void *)dctcp_dc_in_ack_event,
    .ssthresh = (void *)dctcp_dc_ssthresh,
    .set_state = (void *)dctcp_dc_set_state,
    .cwnd_event = (void *)dctcp_dc_cwnd_event,
    .cong_avoid = (void *)dctcp_dc_cong_avoid,
    .undo_cwnd = (void *)dctcp_dc_undo_cwnd,
    .flags = TCP_CONG_NEEDS_ECN,
    .name = "bpf_dctcp_dc",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
