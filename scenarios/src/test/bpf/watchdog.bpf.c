// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * Looks after every connection that was opened with a timer of its own: every 20 us from its beginning on, until it is closed,
 * the timer's callback counts, and sends a record.
 */
#include "bpfsim_kernel.h"

#define PERIOD_NS 20000

struct watch {
    struct bpf_timer timer;
    __u64 opened_ns, last_ns;
    __u32 beats;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, __u64); /* the socket's cookie */
    __type(value, struct watch);
} watches SEC(".maps");

struct beat {
    __u64 cookie, since_ns;
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} beats SEC(".maps");

/* Connections that were opened and closed; beats, and those that came at another time than they should. */
__u64 opened, closed, total, late;

static int beat(void *map, __u64 *cookie, struct watch *w)
{
    __u64 now = bpf_ktime_get_ns();
    struct beat *b = bpf_ringbuf_reserve(&beats, sizeof(*b), 0);
    static const char format[] = "beat %d";

    if (now - w->last_ns != PERIOD_NS)
        late++;
    w->last_ns = now;
    w->beats++;
    total++;
    bpf_trace_printk(format, sizeof(format), w->beats);
    if (b) {
        b->cookie = *cookie;
        b->since_ns = now - w->opened_ns;
        bpf_ringbuf_submit(b, 0);
    }
    bpf_timer_start(&w->timer, PERIOD_NS, 0);
    return 0;
}

SEC("sockops")
int watch(struct bpf_sock_ops *ctx)
{
    __u64 cookie = bpf_get_socket_cookie(ctx);
    struct watch *w, fresh = {};

    if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
        fresh.opened_ns = fresh.last_ns = bpf_ktime_get_ns();
        if (bpf_map_update_elem(&watches, &cookie, &fresh, BPF_ANY))
            return 1;
        w = bpf_map_lookup_elem(&watches, &cookie);
        if (!w)
            return 1;
        opened++;
        bpf_timer_init(&w->timer, &watches, 1 /* CLOCK_MONOTONIC */);
        bpf_timer_set_callback(&w->timer, beat);
        bpf_timer_start(&w->timer, PERIOD_NS, 0);
        bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
    } else if (ctx->op == BPF_SOCK_OPS_STATE_CB && ctx->args[1] == BPF_TCP_CLOSE) {
        if (!bpf_map_delete_elem(&watches, &cookie))
            closed++;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
