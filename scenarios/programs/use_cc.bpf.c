// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * use_cc: a sock_ops program that moves every connection of its cgroup to one congestion control.
 *
 * Congestion control is switched when the handshake is over, for only then is it known whether the peer agreed to
 * ECN; until then NEEDS_ECN makes Linux ask for it on the SYN, and agree to it on the SYN-ACK, whatever
 * net.ipv4.tcp_ecn says. A connection without ECN stays with the host's default.
 */
#include "bpfsim_kernel.h"

/* .rodata: a loader may set them. The name is that of dctcp.bpf.c. */
const volatile char congestion_control[TCP_CA_NAME_MAX] = "bpf_dctcp_dc";
const volatile __u32 needs_ecn = 1;

__u64 switched; /* connections (each end counts) that use it now */
__u64 refused;  /* those for which Linux said no, as when it is not registered */

static __always_inline void switch_over(struct bpf_sock_ops *skops)
{
    char name[TCP_CA_NAME_MAX];
    int i;

    for (i = 0; i < TCP_CA_NAME_MAX; i++)
        name[i] = congestion_control[i];
    if (bpf_setsockopt(skops, SOL_TCP, TCP_CONGESTION, name, sizeof(name)))
        __sync_fetch_and_add(&refused, 1);
    else
        __sync_fetch_and_add(&switched, 1);
}

static __always_inline bool has_ecn(struct bpf_sock_ops *skops)
{
    struct bpf_sock *sk = skops->sk;
    struct tcp_sock *tp;

    if (!sk)
        return false;
    tp = bpf_skc_to_tcp_sock(sk);
    return tp && tp->ecn_flags & TCP_ECN_OK;
}

SEC("sockops")
int use_cc(struct bpf_sock_ops *skops)
{
    skops->reply = (__u32)-1;
    switch (skops->op) {
    case BPF_SOCK_OPS_NEEDS_ECN:
        skops->reply = needs_ecn;
        break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        if (!needs_ecn || has_ecn(skops))
            switch_over(skops);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
