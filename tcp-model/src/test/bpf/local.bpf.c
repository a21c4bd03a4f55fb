// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * Connections within a host go past TCP: both ends are put into a sockhash, and what one sends is put before the reader of the
 * other.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct ends {
    __u32 local_port;
    __u32 remote_port;
};

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 1024);
    __type(key, struct ends);
    __type(value, __u64);
} locals SEC(".maps");

__u64 joined;
__u64 redirected;

SEC("sockops")
int join(struct bpf_sock_ops *ctx)
{
    struct ends own = {.local_port = ctx->local_port, .remote_port = bpf_ntohl(ctx->remote_port)};

    if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
        return 1;
    if (ctx->local_ip4 != ctx->remote_ip4 || ctx->local_ip6[3] != ctx->remote_ip6[3])
        return 1;
    if (!bpf_sock_hash_update(ctx, &locals, &own, BPF_ANY))
        joined++;
    return 1;
}

SEC("sk_msg")
int shortcut(struct sk_msg_md *msg)
{
    struct ends other = {.local_port = bpf_ntohl(msg->remote_port), .remote_port = msg->local_port};

    /* The other end joins when it has the handshake's last ACK: what is sent before goes by TCP. */
    if (bpf_msg_redirect_hash(msg, &locals, &other, BPF_F_INGRESS) == SK_PASS)
        redirected += msg->size;
    return SK_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
