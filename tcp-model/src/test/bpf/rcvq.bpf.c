// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Notes what a program finds and may do in calls about the receive queue, and how each looked. */
#include "bpfsim_kernel.h"

#define RCVQ_CB 21
#define RCVQ_CB_FLAG (1 << 7)
#define SO_RCVLOWAT 18
#define MAX_CALLS 16

struct bpf_sock_ops_kern;
extern int bpf_sock_ops_tcp_set_rcvlowat(struct bpf_sock_ops_kern *skops, int rcvlowat) __ksym;

/* What the kfunc is called with; it is not for INT_MIN. */
__s32 lowat = 1 << 31;
__s32 flags = RCVQ_CB_FLAG;

struct call {
    __u32 skb_len;
    __u32 tcp_flags;
    __u32 rcv_nxt;
    __u32 data_bytes;
    __u8 first[4];
    __s32 loaded;
};

struct call calls[MAX_CALLS];
__u32 count;
__s32 set, got, flags_set, lowat_set, loaded_beyond, loaded_huge;
__s32 lowat_elsewhere, loaded_elsewhere;

SEC("sockops")
int rcvq(struct bpf_sock_ops *ctx)
{
    struct bpf_sock_ops_kern *kernel = (struct bpf_sock_ops_kern *)ctx;
    struct call *call;
    __u32 at = count;
    __u8 byte = 1;
    int value = 5;

    if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
        lowat_elsewhere = bpf_sock_ops_tcp_set_rcvlowat(kernel, 7);
        loaded_elsewhere = bpf_skb_load_bytes(ctx, 0, &byte, 1);
        flags_set = bpf_sock_ops_cb_flags_set(ctx, RCVQ_CB_FLAG);
        return 1;
    }
    if (ctx->op != RCVQ_CB || at >= MAX_CALLS)
        return 1;
    count++;
    call = &calls[at];
    call->skb_len = ctx->skb_len;
    call->tcp_flags = ctx->skb_tcp_flags;
    call->rcv_nxt = ctx->rcv_nxt;
    call->data_bytes = (long)ctx->skb_data_end - (long)ctx->skb_data;
    call->loaded = bpf_skb_load_bytes(ctx, 0, call->first, 4);
    loaded_beyond = bpf_skb_load_bytes(ctx, ctx->skb_len, &byte, 1);
    loaded_huge = bpf_skb_load_bytes(ctx, 0xfffffffe, &byte, 1);
    set = bpf_setsockopt(ctx, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof(value));
    got = bpf_getsockopt(ctx, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof(value));
    if (lowat != 1 << 31)
        lowat_set = bpf_sock_ops_tcp_set_rcvlowat(kernel, lowat);
    flags_set = bpf_sock_ops_cb_flags_set(ctx, flags);
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
