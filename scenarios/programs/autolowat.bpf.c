// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * AutoLOWAT: wakes the reader of an RPC connection when a whole frame is there, and not before.
 *
 * A frame is a descriptor of two 32-bit numbers in the byte order of x86, size of the header and size of the payload, and then
 * header and payload. Whenever data is queued, the program finds the descriptors in it; SO_RCVLOWAT becomes what the reader
 * needs for the last frame whose descriptor is complete, or for the next descriptor if nothing else is missing.
 *
 * It takes part in a connection
 *   from the handshake on               if the variable from_start is set
 *   from the moment on when somebody    calls setsockopt(fd, SOL_BPF, BPF_TCP_AUTOLOWAT, &(int){1}, sizeof(int)), which
 *                                       needs a receive queue that is empty
 * and gives up on one that does not look like frames: then every byte wakes the reader, as without it. With the variable
 * debug set it says what it does.
 */
#include "bpfsim_kernel.h"
#include <bpf/bpf_core_read.h>

/* From the patch series "bpf: Add SOCK_OPS hooks for TCP AutoLOWAT"; see docs/bpf-support.md about the numbers. */
#define RCVQ_CB 21
#define RCVQ_CB_FLAG (1 << 7)

#define TCP_BPF_SOCK_OPS_CB_FLAGS 1008

#define SOL_BPF 0xdeadbeef
#define BPF_TCP_AUTOLOWAT 0x8badf00d

#define DESCRIPTOR 8
#define FRAMES_PER_SKB 100
#define MAX_FRAME 0x7fffffff
#define TCP_FIN 1

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct tcp_sock___lowat {
    struct {
        struct {
            struct {
                int sk_rcvlowat;
            } sk;
        } icsk_inet;
    } inet_conn;
    __u32 copied_seq;
};

struct tcp_skb_cb {
    __u32 seq;
    __u32 end_seq;
    __u8 tcp_flags;
};

struct sk_buff {
    char cb[48];
};

struct bpf_sock_ops_kern {
    struct sk_buff *skb;
};

#pragma clang attribute pop

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym;
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym;
extern int bpf_sock_ops_tcp_set_rcvlowat(struct bpf_sock_ops_kern *skops, int rcvlowat) __ksym;

const volatile __u32 from_start = 0;
const volatile __u32 debug = 0;
/* Begins each line. */
char label[64];

struct frames {
    /* The descriptor, as far as it is there; twice as long, so that any part of it fits behind any other. */
    __u8 descriptor[2 * DESCRIPTOR];
    /* Where it begins in the stream, and where its frame ends. */
    __u32 descriptor_seq;
    __u32 end_seq;
    /* How much of it is there. */
    __u32 copied;
    /* Where the program came in: lines count from there. */
    __u32 origin;
};

struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct frames);
} connections SEC(".maps");

enum progress { COMPLETE, PARTIAL, NO_FRAMES };

#define SAY(format, ...)                                              \
    do {                                                              \
        if (debug)                                                    \
            bpf_printk("%s: " format, label, ##__VA_ARGS__);          \
    } while (0)

/* Takes what a packet has of the current descriptor. */
static enum progress copy_descriptor(struct bpf_sock_ops *ctx, struct frames *f, __u32 seq, __u32 end)
{
    __u32 copied = f->copied & (DESCRIPTOR - 1);
    __u32 from = f->descriptor_seq + copied;
    __u32 bytes = end - from;
    __u32 header, payload;

    if (bytes > DESCRIPTOR - copied)
        bytes = DESCRIPTOR - copied;
    barrier_var(bytes); /* or clang leaves out what it knows and the verifier does not */
    if (bytes > DESCRIPTOR)
        return NO_FRAMES;
    barrier_var(bytes);
    if (bytes == 0 || bpf_skb_load_bytes(ctx, from - seq, f->descriptor + copied, bytes))
        return NO_FRAMES;
    f->copied = copied + bytes;
    if (f->copied != DESCRIPTOR) {
        SAY("Copied %u bytes: rpc_desc_buff_len: %u", bytes, f->copied);
        return PARTIAL;
    }
    header = *(__u32 *)f->descriptor;
    payload = *(__u32 *)(f->descriptor + 4);
    if ((__u64)DESCRIPTOR + header + payload > MAX_FRAME)
        return NO_FRAMES;
    f->end_seq = f->descriptor_seq + DESCRIPTOR + header + payload;
    SAY("Copied full descriptor: rpc_desc_seq: %u, rpc_end_seq: %u, header_len: %u, payload_len: %u",
        f->descriptor_seq - f->origin, f->end_seq - f->origin, header, payload);
    return COMPLETE;
}

/* Follows the frames through a packet. */
static enum progress follow(struct bpf_sock_ops *ctx, struct frames *f, __u32 seq, __u32 end)
{
    enum progress progress = COMPLETE;

    if (f->copied != DESCRIPTOR)
        progress = copy_descriptor(ctx, f, seq, end);
    for (int i = 0; progress == COMPLETE; i++) {
        if (seq_before(end, f->end_seq)) {
            SAY("No more descriptor: rpc_end_seq: %u, end_seq: %u", f->end_seq - f->origin, end - f->origin);
            return COMPLETE;
        }
        f->descriptor_seq = f->end_seq;
        f->copied = 0;
        if (f->end_seq == end)
            return COMPLETE;
        if (i == FRAMES_PER_SKB)
            return NO_FRAMES;
        SAY("Found next descriptor: rpc_end_seq: %u, end_seq: %u, len: %u", f->end_seq - f->origin,
            end - f->origin, end - f->end_seq);
        progress = copy_descriptor(ctx, f, seq, end);
    }
    return progress;
}

static void set_rcvlowat(struct bpf_sock_ops_kern *kernel, struct frames *f, struct tcp_sock___lowat *tp)
{
    __u32 copied_seq = tp->copied_seq;
    __u32 wanted;

    SAY("Setting rcvlowat: tp->copied_seq: %u, rpc_desc_seq: %u, rpc_end_seq: %u, rpc_desc_buff_len: %u",
        copied_seq - f->origin, f->descriptor_seq - f->origin, f->end_seq - f->origin, f->copied);
    if (seq_before(copied_seq, f->descriptor_seq))
        wanted = f->descriptor_seq - copied_seq; /* whole frames wait: they are enough to read */
    else if (f->copied != DESCRIPTOR)
        wanted = f->descriptor_seq + DESCRIPTOR - copied_seq;
    else
        wanted = f->end_seq - copied_seq;
    if ((int)wanted == tp->inet_conn.icsk_inet.sk.sk_rcvlowat) {
        SAY("No need to set rcvlowat: %u", wanted);
        return;
    }
    bpf_sock_ops_tcp_set_rcvlowat(kernel, wanted);
    SAY("Set rcvlowat: expected: %u, actual: %d", wanted, tp->inet_conn.icsk_inet.sk.sk_rcvlowat);
}

static void receive_queue(struct bpf_sock_ops *ctx, struct frames *f, struct tcp_sock___lowat *tp)
{
    struct bpf_sock_ops_kern *kernel = bpf_cast_to_kern_ctx(ctx);
    struct sk_buff *skb = kernel->skb;

    if (skb) { /* else something was read */
        struct tcp_skb_cb *tcb = bpf_rdonly_cast(skb->cb, bpf_core_type_id_kernel(struct tcp_skb_cb));
        __u32 seq = tcb->seq;
        __u32 end = tcb->end_seq - (tcb->tcp_flags & TCP_FIN);

        SAY("Start parsing skb: seq: %u, end_seq: %u, len: %u, rpc_desc_seq: %u, rpc_end_seq: %u, rpc_buff_len: %u",
            seq - f->origin, end - f->origin, end - seq, f->descriptor_seq - f->origin, f->end_seq - f->origin,
            f->copied);
        if (seq != end && follow(ctx, f, seq, end) == NO_FRAMES) {
            bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags & ~RCVQ_CB_FLAG);
            bpf_sock_ops_tcp_set_rcvlowat(kernel, 1);
            SAY("Disabled autolowat");
            return;
        }
    }
    set_rcvlowat(kernel, f, tp);
}

static void begin(struct frames *f, __u32 seq)
{
    f->descriptor_seq = seq;
    f->end_seq = seq;
    f->origin = seq;
    f->copied = 0;
}

SEC("sockops")
int autolowat(struct bpf_sock_ops *ctx)
{
    bool established =
        ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB;
    struct bpf_sock *sk = ctx->sk;
    struct tcp_sock___lowat *tp;
    struct frames *f;

    if (ctx->op != RCVQ_CB && !(established && from_start))
        return 1;
    tp = sk ? (void *)bpf_skc_to_tcp_sock(sk) : NULL;
    if (!tp)
        return 1;
    f = bpf_sk_storage_get(&connections, tp, NULL, established ? BPF_SK_STORAGE_GET_F_CREATE : 0);
    if (!f)
        return 1;
    if (established) {
        begin(f, tp->copied_seq);
        bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | RCVQ_CB_FLAG);
    } else {
        receive_queue(ctx, f, tp);
    }
    return 1;
}

/* Switches the call-back on or off: 0 or a negated errno. */
static long set_callback(struct bpf_sock *sk, bool on)
{
    int flags;
    long error = bpf_getsockopt(sk, SOL_TCP, TCP_BPF_SOCK_OPS_CB_FLAGS, &flags, sizeof(flags));

    if (error)
        return error;
    flags = on ? flags | RCVQ_CB_FLAG : flags & ~RCVQ_CB_FLAG;
    return bpf_setsockopt(sk, SOL_TCP, TCP_BPF_SOCK_OPS_CB_FLAGS, &flags, sizeof(flags));
}

SEC("cgroup/setsockopt")
int autolowat_setsockopt(struct bpf_sockopt *ctx)
{
    int *value = ctx->optval;
    struct tcp_sock___lowat *tp;
    struct bpf_tcp_sock *sk;
    struct frames *f;
    long error;

    if (ctx->level != (int)SOL_BPF || ctx->optname != (int)BPF_TCP_AUTOLOWAT)
        return 1;
    sk = ctx->sk ? bpf_tcp_sock(ctx->sk) : NULL;
    if (!sk || ctx->optlen < (int)sizeof(*value) || (void *)(value + 1) > ctx->optval_end)
        return 0; /* EPERM */
    error = set_callback(ctx->sk, *value != 0);
    if (error) {
        bpf_set_retval(error);
        return 0;
    }
    if (*value) {
        f = bpf_sk_storage_get(&connections, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
        if (!f)
            return 0;
        tp = bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct tcp_sock));
        begin(f, tp->copied_seq);
    }
    ctx->optlen = -1; /* done: the kernel knows no such option */
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
