// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Writes outside its map as soon as a connection is established: the run that it is part of has to fail, and say why. */
#include "bpfsim_kernel.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} cell SEC(".maps");

SEC("sockops")
int fault(struct bpf_sock_ops *ctx)
{
    __u32 key = 0;
    __u64 *value = bpf_map_lookup_elem(&cell, &key);

    if (value && ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        value[ctx->op] = 1;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
