// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * Sets an option that Linux allows and that is not modelled (hosts have no network devices to choose from) as soon as a
 * connection is established: the run that it is part of has to fail, and say why.
 */
#include "bpfsim_kernel.h"

#define SO_BINDTOIFINDEX 62

SEC("sockops")
int fault(struct bpf_sock_ops *ctx)
{
    int ifindex = 2;

    if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        bpf_setsockopt(ctx, SOL_SOCKET, SO_BINDTOIFINDEX, &ifindex, sizeof(ifindex));
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
