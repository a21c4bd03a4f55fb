// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* A congestion control that writes a field which Linux does not let it write. */
#include "bpfsim_kernel.h"

SEC("struct_ops")
__u32 BPF_PROG(err_ssthresh, struct sock *sk)
{
    tcp_sk(sk)->snd_una = 0;
    return 2;
}

SEC("struct_ops")
void BPF_PROG(err_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
    tcp_reno_cong_avoid(sk, ack, acked);
}

SEC("struct_ops")
__u32 BPF_PROG(err_undo_cwnd, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC(".struct_ops")
struct tcp_congestion_ops err_write = {
    .ssthresh = (void *)err_ssthresh,
    .cong_avoid = (void *)err_cong_avoid,
    .undo_cwnd = (void *)err_undo_cwnd,
    .name = "err_write",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
