// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* A congestion control that starts a timer whenever its window may grow, for HostTimersTest. */
#include "bpfsim_kernel.h"

struct count {
    struct bpf_timer timer;
    __u32 fired;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct count);
} counts SEC(".maps");

__u64 fired, errors;

static int later(void *map, __u32 *key, struct count *c)
{
    c->fired++;
    fired++;
    return 0;
}

SEC("struct_ops/timed_ssthresh")
__u32 BPF_PROG(timed_ssthresh, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC("struct_ops/timed_undo_cwnd")
__u32 BPF_PROG(timed_undo_cwnd, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC("struct_ops/timed_cong_avoid")
void BPF_PROG(timed_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
    __u32 key = 0;
    struct count *c = bpf_map_lookup_elem(&counts, &key);

    if (!c)
        return;
    bpf_timer_init(&c->timer, &counts, 1 /* CLOCK_MONOTONIC */);
    errors += bpf_timer_set_callback(&c->timer, later) != 0;
    errors += bpf_timer_start(&c->timer, 1000, 0) != 0;
}

SEC(".struct_ops")
struct tcp_congestion_ops timed = {
    .ssthresh = (void *)timed_ssthresh,
    .undo_cwnd = (void *)timed_undo_cwnd,
    .cong_avoid = (void *)timed_cong_avoid,
    .name = "timed",
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
