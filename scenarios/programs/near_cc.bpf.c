// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * near_cc: a sock_ops program that gives connections within a datacenter a congestion control of their own.
 *
 * DCTCP lives on marks that switches of the datacenter make at a shallow queue; over a long path the same marks would hold
 * a connection to a small part of the path. So ECN is asked for, and DCTCP chosen, only where the addresses tell that both
 * ends are near. use_cc.bpf.c does the same to every connection.
 */
#include "distance.h"

/* .rodata: a loader may set them. */
const volatile char congestion_control[TCP_CA_NAME_MAX] = "bpf_dctcp_dc";
const volatile __u32 furthest = SAME_POD; /* connections over more than this are left alone */

__u64 switched; /* connections (each end counts) that use it now */
__u64 refused;  /* those for which Linux said no, as when it is not registered */
__u64 far;      /* those left alone */

static __always_inline bool has_ecn(struct bpf_sock_ops *skops)
{
    struct bpf_sock *sk = skops->sk;
    struct tcp_sock *tp;

    if (!sk)
        return false;
    tp = bpf_skc_to_tcp_sock(sk);
    return tp && tp->ecn_flags & TCP_ECN_OK;
}

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

SEC("sockops")
int near_cc(struct bpf_sock_ops *skops)
{
    bool near = distance_of(skops) <= furthest;

    skops->reply = (__u32)-1;
    switch (skops->op) {
    case BPF_SOCK_OPS_NEEDS_ECN:
        if (near)
            skops->reply = 1;
        break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        if (!near)
            __sync_fetch_and_add(&far, 1);
        else if (has_ecn(skops))
            switch_over(skops);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
