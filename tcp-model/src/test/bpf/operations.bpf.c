// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Writes down every call of a sock_ops program, by the end of the connection that it is for. */
#include "bpfsim_kernel.h"

#define PORT 55601
#define MAX 64
/* RTO, RETRANS, STATE, RTT. */
#define FLAGS 0xf

struct call {
    __u32 op;
    __u32 args[3];
    __u32 state;
    __u32 is_fullsock;
};

/* Of the end that connects, and of the end that listens. */
struct call calls[2][MAX];
__u32 count[2];

SEC("sockops")
int operations(struct bpf_sock_ops *ctx)
{
    __u32 end = ctx->local_port == PORT;
    __u32 at = count[end];
    struct call *call;

    if (ctx->local_port != PORT && bpf_ntohl(ctx->remote_port) != PORT)
        return 1;
    if (at < MAX) {
        call = &calls[end][at];
        call->op = ctx->op;
        call->args[0] = ctx->args[0];
        call->args[1] = ctx->args[1];
        call->args[2] = ctx->args[2];
        call->state = ctx->state;
        call->is_fullsock = ctx->is_fullsock;
        count[end] = at + 1;
    }
    if (ctx->op == BPF_SOCK_OPS_TCP_CONNECT_CB || ctx->op == BPF_SOCK_OPS_TCP_LISTEN_CB)
        bpf_sock_ops_cb_flags_set(ctx, FLAGS);
    ctx->reply = -1;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
