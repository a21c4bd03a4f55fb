// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Reads through NULL at its very first call, when a server begins to listen: before there is any traffic. */
#include "bpfsim_kernel.h"

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} nothing SEC(".maps");

SEC("sockops")
int fault_listen(struct bpf_sock_ops *ctx)
{
    __u32 key = 0;
    __u32 *value = bpf_map_lookup_elem(&nothing, &key);

    return *value;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
