// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: release() may not call bpf_setsockopt(). */
#include "bpfsim_kernel.h"

SEC("struct_ops")
__u32 BPF_PROG(rel_ssthresh, struct sock *sk)
{
    return 2;
}

SEC("struct_ops")
__u32 BPF_PROG(rel_undo_cwnd, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC("struct_ops")
void BPF_PROG(rel_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops")
void BPF_PROG(rel_release, struct sock *sk)
{
    int size = 100000;

    bpf_setsockopt(sk, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

SEC(".struct_ops")
struct tcp_congestion_ops err_release = {
    .ssthresh = (void *)rel_ssthresh,
    .cong_avoid = (void *)rel_cong_avoid,
    .undo_cwnd = (void *)rel_undo_cwnd,
    .release = (void *)rel_release,
    .name = "err_release",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
