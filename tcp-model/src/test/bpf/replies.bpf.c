// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Small sock_ops programs for BpfCgroupTest: each does what its name says. */
#include "bpfsim_kernel.h"

SEC("sockops")
int reply_40(struct bpf_sock_ops *ctx)
{
    ctx->reply = 40;
    return 1;
}

SEC("sockops")
int refuse(struct bpf_sock_ops *ctx)
{
    ctx->reply = 40;
    return 0;
}

SEC("sockops")
int add_5(struct bpf_sock_ops *ctx)
{
    ctx->reply = ctx->reply + 5;
    return 1;
}

SEC("sockops")
int nothing(struct bpf_sock_ops *ctx)
{
    return 1;
}

SEC("sockops")
int reply_is_fullsock(struct bpf_sock_ops *ctx)
{
    ctx->reply = ctx->is_fullsock;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
