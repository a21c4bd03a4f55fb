// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * timers: a sock_ops program that lowers the floor of the retransmission timer, and the time for which a receiver may put
 * off an ACK, where both ends are near.
 *
 * Linux never retransmits after less than 200 ms, because a receiver may put off its ACK by 40 to 200 ms and is not to be
 * mistaken for a loss. Within a datacenter both ends can run this program: the receiver promises to put off no ACK for
 * longer than delack_max_us, and the sender may then wait for little more than that. Lowering the sender's floor alone
 * retransmits what is only waiting for its ACK. Linux refuses less than two ticks of either: 8 ms at CONFIG_HZ=250.
 */
#include "distance.h"

/* Microseconds; zero leaves Linux alone. */
const volatile __u32 rto_min_us[DISTANCES] = {8000, 8000, 0};
const volatile __u32 delack_max_us[DISTANCES] = {4000, 4000, 0};

__u64 refused;

static __always_inline void set_time(struct bpf_sock_ops *skops, int name, __u32 us)
{
    int v = us;

    if (v && bpf_setsockopt(skops, SOL_TCP, name, &v, sizeof(v)))
        __sync_fetch_and_add(&refused, 1);
}

SEC("sockops")
int timers(struct bpf_sock_ops *skops)
{
    __u32 distance = distance_of(skops);

    skops->reply = (__u32)-1;
    if (distance >= DISTANCES)
        return 1;
    switch (skops->op) {
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        set_time(skops, TCP_BPF_DELACK_MAX, delack_max_us[distance]);
        set_time(skops, TCP_BPF_RTO_MIN, rto_min_us[distance]);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
