// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * fan_in_hint: a sock_ops program whose receivers tell senders how many of them there are.
 *
 * When a host asks many others at once, their first flights meet at its port. No sender can know that; the receiver can:
 * it counts the connections that it has opened and not closed, and writes the number into a TCP option of its own
 * (RFC 6994: experimental kind 253 with an ExID) on what it sends. A sender that finds the number in the ACK that completes
 * the handshake divides a budget by it: that is its initial window, and the most that its window grows to.
 *
 * Both ends run the same program. What other hosts make of the option does not matter: TCP ignores kinds it does not know.
 */
#include "bpfsim_kernel.h"

#define EXPERIMENT 0x6266 /* the ExID: "bf" */
#define TCP_CLOSE 7

struct hint {
    __u8 kind;
    __u8 len;
    __be16 exid;
    __be16 fan_in;
} __attribute__((packed));

/* .rodata: segments that all senders together may have on their way to one host, beyond which queues would overflow. */
const volatile __u32 budget = 400;
/* Least and most segments that one sender gets of it. */
const volatile __u32 least = 1;
const volatile __u32 most = 40;

__u64 hints;    /* connections that found a hint */
__u64 without;  /* connections that found none */
__u64 told_max; /* the largest number seen in a hint */

/* Connections that this host has opened and not closed. */
__s64 opened;

static __always_inline void watch(struct bpf_sock_ops *skops, int flags)
{
    bpf_sock_ops_cb_flags_set(skops, skops->bpf_sock_ops_cb_flags | flags);
}

static __always_inline void write_hint(struct bpf_sock_ops *skops)
{
    __s64 n = opened;
    struct hint hint = {
        .kind = 253,
        .len = sizeof(hint),
        .exid = bpf_htons(EXPERIMENT),
        .fan_in = bpf_htons(n < 1 ? 1 : n > 0xffff ? 0xffff : (__u16)n),
    };

    bpf_store_hdr_opt(skops, &hint, sizeof(hint), 0);
}

static __always_inline void use_hint(struct bpf_sock_ops *skops)
{
    struct hint hint = {
        .kind = 253,
        .len = 4, /* search by kind and ExID */
        .exid = bpf_htons(EXPERIMENT),
    };
    __u32 fan_in;
    int segments;

    if (bpf_load_hdr_opt(skops, &hint, sizeof(hint), 0) != sizeof(hint) || !hint.fan_in) {
        __sync_fetch_and_add(&without, 1);
        return;
    }
    __sync_fetch_and_add(&hints, 1);
    fan_in = bpf_ntohs(hint.fan_in);
    if (fan_in > told_max)
        told_max = fan_in;
    segments = budget / fan_in;
    if (segments < (int)least)
        segments = least;
    if (segments > (int)most)
        segments = most;
    bpf_setsockopt(skops, SOL_TCP, TCP_BPF_IW, &segments, sizeof(segments));
    bpf_setsockopt(skops, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, &segments, sizeof(segments));
}

SEC("sockops")
int fan_in_hint(struct bpf_sock_ops *skops)
{
    skops->reply = (__u32)-1;
    switch (skops->op) {
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
        __sync_fetch_and_add(&opened, 1);
        watch(skops, BPF_SOCK_OPS_STATE_CB_FLAG | BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
        break;
    case BPF_SOCK_OPS_STATE_CB:
        if (skops->args[1] == TCP_CLOSE)
            __sync_fetch_and_add(&opened, -1);
        break;
    case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
        bpf_reserve_hdr_opt(skops, sizeof(struct hint), 0);
        break;
    case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
        write_hint(skops);
        break;
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        use_hint(skops);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
