// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * syn_rto: a sock_ops program that repeats lost SYNs and SYN-ACKs after a time that suits the distance.
 *
 * RFC 6298 waits a second for the first answer, since the round-trip time is not known yet. Within a datacenter it is: our
 * addresses tell that both ends are there, and a SYN that is not answered in milliseconds is lost.
 */
#include "distance.h"

/* Milliseconds until the first repetition; it doubles from there. Zero leaves Linux's second alone. */
const volatile __u32 syn_rto_ms[DISTANCES] = {8, 8, 0};

SEC("sockops")
int syn_rto(struct bpf_sock_ops *skops)
{
    __u32 distance = distance_of(skops);

    skops->reply = (__u32)-1; /* no opinion */
    if (skops->op == BPF_SOCK_OPS_TIMEOUT_INIT && distance < DISTANCES && syn_rto_ms[distance])
        skops->reply = ms_to_jiffies(syn_rto_ms[distance]);
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
