// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Copies what a sock_ops program can see of a connection into an array, for SockOpsFieldsTest to compare. */
#include "bpfsim_kernel.h"

struct seen {
    __u32 op, args[4], family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
    __u32 is_fullsock, snd_cwnd, srtt_us, cb_flags, state, rtt_min, snd_ssthresh, rcv_nxt, snd_nxt, snd_una, mss_cache;
    __u32 ecn_flags, packets_out, total_retrans, segs_in, data_segs_out, sk_txhash;
    __u32 has_sk, sk_family, sk_protocol, sk_src_port, sk_dst_port, sk_dst_ip4, sk_src_ip6_3, sk_state;
    __u32 tp_snd_cwnd, tp_delivered, tp_dsack_dups, tp_retransmits;
    __u32 btf_snd_cwnd, btf_rcv_nxt, btf_ecn_flags;
    __u64 bytes_received, bytes_acked;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 32);
    __type(key, __u32);
    __type(value, struct seen);
} by_op SEC(".maps");

SEC("sockops")
int copy_fields(struct bpf_sock_ops *ctx)
{
    __u32 op = ctx->op;
    struct seen *s = bpf_map_lookup_elem(&by_op, &op);
    struct bpf_sock *sk = ctx->sk;
    struct bpf_tcp_sock *tp;
    struct tcp_sock *btf;

    if (!s)
        return 1;
    s->op = op;
    s->args[0] = ctx->args[0];
    s->args[1] = ctx->args[1];
    s->args[2] = ctx->args[2];
    s->args[3] = ctx->args[3];
    s->family = ctx->family;
    s->remote_ip4 = ctx->remote_ip4;
    s->local_ip4 = ctx->local_ip4;
    s->remote_ip6[0] = ctx->remote_ip6[0];
    s->remote_ip6[1] = ctx->remote_ip6[1];
    s->remote_ip6[2] = ctx->remote_ip6[2];
    s->remote_ip6[3] = ctx->remote_ip6[3];
    s->local_ip6[0] = ctx->local_ip6[0];
    s->local_ip6[1] = ctx->local_ip6[1];
    s->local_ip6[2] = ctx->local_ip6[2];
    s->local_ip6[3] = ctx->local_ip6[3];
    s->remote_port = ctx->remote_port;
    s->local_port = ctx->local_port;
    s->is_fullsock = ctx->is_fullsock;
    s->snd_cwnd = ctx->snd_cwnd;
    s->srtt_us = ctx->srtt_us;
    s->cb_flags = ctx->bpf_sock_ops_cb_flags;
    s->state = ctx->state;
    s->rtt_min = ctx->rtt_min;
    s->snd_ssthresh = ctx->snd_ssthresh;
    s->rcv_nxt = ctx->rcv_nxt;
    s->snd_nxt = ctx->snd_nxt;
    s->snd_una = ctx->snd_una;
    s->mss_cache = ctx->mss_cache;
    s->ecn_flags = ctx->ecn_flags;
    s->packets_out = ctx->packets_out;
    s->total_retrans = ctx->total_retrans;
    s->segs_in = ctx->segs_in;
    s->data_segs_out = ctx->data_segs_out;
    s->bytes_received = ctx->bytes_received;
    s->bytes_acked = ctx->bytes_acked;
    ctx->sk_txhash = 0x1234;
    s->sk_txhash = ctx->sk_txhash;
    s->has_sk = sk ? 1 : 0;
    if (!sk)
        return 1;
    s->sk_family = sk->family;
    s->sk_protocol = sk->protocol;
    s->sk_src_port = sk->src_port;
    s->sk_dst_port = sk->dst_port;
    s->sk_dst_ip4 = sk->dst_ip4;
    s->sk_src_ip6_3 = sk->src_ip6[3];
    s->sk_state = sk->state;
    tp = bpf_tcp_sock(sk);
    if (!tp)
        return 1;
    s->tp_snd_cwnd = tp->snd_cwnd;
    s->tp_delivered = tp->delivered;
    s->tp_dsack_dups = tp->dsack_dups;
    s->tp_retransmits = tp->icsk_retransmits;
    btf = bpf_skc_to_tcp_sock(sk);
    if (!btf)
        return 1;
    s->btf_snd_cwnd = btf->snd_cwnd;
    s->btf_rcv_nxt = btf->rcv_nxt;
    s->btf_ecn_flags = btf->ecn_flags;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
