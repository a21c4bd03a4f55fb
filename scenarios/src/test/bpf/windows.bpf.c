// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Reads from maps and variables what its user put there, and counts what it saw. */
#include "bpfsim_kernel.h"

enum pace { SLOW, FAST = 7 };

struct rule {
    char name[8];
    enum pace pace;
    __u32 window;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, __u32); /* the server's port */
    __type(value, struct rule);
} rules SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u64);
} counts SEC(".maps");

const volatile __u32 at_most = 10;
__u32 connections;

SEC("sockops")
int windows(struct bpf_sock_ops *ctx)
{
    __u32 port = bpf_ntohl(ctx->remote_port), index;
    struct rule *rule;
    __u64 *count;
    int window;

    if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        return 1;
    connections++;
    rule = bpf_map_lookup_elem(&rules, &port);
    index = rule && rule->pace == FAST && rule->name[0] == 'w';
    count = bpf_map_lookup_elem(&counts, &index);
    if (count)
        *count += 1;
    if (index && rule && count) {
        window = rule->window < at_most ? rule->window : at_most;
        bpf_setsockopt(ctx, SOL_TCP, TCP_BPF_IW, &window, sizeof(window));
        *count += (__u64)window << 32;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
