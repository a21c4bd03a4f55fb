// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Begins anew with a timer at each call, which fires twice, for HostTimersTest. */
#include "bpfsim_kernel.h"

struct watch {
    struct bpf_timer timer;
    __u32 beats;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, __u32);
    __type(value, struct watch);
} watches SEC(".maps");

__u64 beats, errors, last_ns;

static int beat(void *map, __u32 *key, struct watch *w)
{
    beats++;
    last_ns = bpf_ktime_get_ns();
    if (w->beats++ == 0)
        errors += bpf_timer_start(&w->timer, 1000, 0) != 0;
    return 0;
}

SEC("sockops")
int begin(struct bpf_sock_ops *ctx)
{
    struct watch *w, fresh = {};
    __u32 key = 1;

    bpf_map_delete_elem(&watches, &key);
    errors += bpf_map_update_elem(&watches, &key, &fresh, BPF_NOEXIST) != 0;
    w = bpf_map_lookup_elem(&watches, &key);
    if (!w)
        return 1;
    errors += bpf_timer_init(&w->timer, &watches, 1 /* CLOCK_MONOTONIC */) != 0;
    errors += bpf_timer_set_callback(&w->timer, beat) != 0;
    errors += bpf_timer_start(&w->timer, 1500, 0) != 0;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
