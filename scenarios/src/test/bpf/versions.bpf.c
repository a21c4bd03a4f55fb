// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * A program that says its version for every connection that it opened and chooses a congestion control, which comes with it: both can
 * be replaced by another version while flows run.
 */
#include "bpfsim_kernel.h"

const volatile __u32 version = 1;
__u64 opened;

SEC("sockops")
int choose(struct bpf_sock_ops *ctx)
{
    char name[] = "versioned";

    if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
        static const char format[] = "version %d";

        opened++;
        bpf_trace_printk(format, sizeof(format), version);
        bpf_setsockopt(ctx, SOL_TCP, TCP_CONGESTION, name, sizeof(name));
    }
    return 1;
}

SEC("struct_ops")
__u32 BPF_PROG(ssthresh, struct sock *sk)
{
    __u32 half = tcp_sk(sk)->snd_cwnd / 2;

    return half < 2 ? 2 : half;
}

SEC("struct_ops")
void BPF_PROG(cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
    tcp_reno_cong_avoid(sk, ack, acked);
}

SEC("struct_ops")
__u32 BPF_PROG(undo_cwnd, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops versioned = {
    .ssthresh = (void *)ssthresh,
    .cong_avoid = (void *)cong_avoid,
    .undo_cwnd = (void *)undo_cwnd,
    .name = "versioned",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
