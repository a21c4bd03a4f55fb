// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Prints a line for every connection that it opened. */
#include "bpfsim_kernel.h"

SEC("sockops")
int trace(struct bpf_sock_ops *ctx)
{
    if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
        static const char format[] = "connected to port %d";

        bpf_trace_printk(format, sizeof(format), bpf_ntohl(ctx->remote_port));
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
