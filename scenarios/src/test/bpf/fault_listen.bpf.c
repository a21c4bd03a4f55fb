// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* The same at its very first call, when a server begins to listen: before there is any traffic. */
#include "bpfsim_kernel.h"

#define SO_BINDTOIFINDEX 62

SEC("sockops")
int fault_listen(struct bpf_sock_ops *ctx)
{
    int ifindex = 2;

    bpf_setsockopt(ctx, SOL_SOCKET, SO_BINDTOIFINDEX, &ifindex, sizeof(ifindex));
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
