// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Puts the sockets of its calls into maps, and looks at them there. */
#include "bpfsim_kernel.h"

#define BPF_MAP_TYPE_SOCKMAP 15
#define BPF_MAP_TYPE_SOCKHASH 18

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} by_index SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 4);
    __type(key, __u32); /* the local port */
    __type(value, __u64);
} by_port SEC(".maps");

__s32 index_result, hash_result;
__u32 calls;

SEC("sockops")
int join(struct bpf_sock_ops *ctx)
{
    __u32 index = calls & 3, port = ctx->local_port;

    calls++;
    index_result = bpf_sock_map_update(ctx, &by_index, &index, BPF_ANY);
    hash_result = bpf_sock_hash_update(ctx, &by_port, &port, BPF_NOEXIST);
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
