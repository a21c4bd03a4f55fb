// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Asks for time stamps of every write but those of 7 bytes, and counts what it is told, by operation. */
#include "bpfsim_kernel.h"

#define SK_BPF_CB_FLAGS 1009
#define SOL_SOCKET 1

struct bpf_sock_ops_kern;
extern int bpf_sock_ops_enable_tx_tstamp(struct bpf_sock_ops_kern *skops, __u64 flags) __ksym;

struct seen {
    __u64 calls;
    __u64 time;
    __u64 bytes;
    __s64 setsockopt;
    __s64 flags_set;
    __s64 enabled;
    __u64 snd_cwnd;
    __u64 is_fullsock;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 32);
    __type(key, __u32);
    __type(value, struct seen);
} by_op SEC(".maps");

SEC("sockops")
int timestamps(struct bpf_sock_ops *ctx)
{
    __u32 op = ctx->op;
    struct seen *seen;
    int flags = 1;

    if (op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
        bpf_setsockopt(ctx, SOL_SOCKET, SK_BPF_CB_FLAGS, &flags, sizeof(flags));
        return 1;
    }
    seen = bpf_map_lookup_elem(&by_op, &op);
    if (op < 16 || !seen) {
        return 1;
    }
    seen->calls++;
    seen->time = bpf_ktime_get_ns();
    seen->bytes = ctx->skb_len;
    seen->setsockopt = bpf_setsockopt(ctx, SOL_SOCKET, SK_BPF_CB_FLAGS, &flags, sizeof(flags));
    seen->flags_set = bpf_sock_ops_cb_flags_set(ctx, 1);
    seen->snd_cwnd = ctx->snd_cwnd;
    seen->is_fullsock = ctx->is_fullsock;
    if (ctx->skb_len != 7) {
        seen->enabled = bpf_sock_ops_enable_tx_tstamp((struct bpf_sock_ops_kern *)ctx, 0);
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
