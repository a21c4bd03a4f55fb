// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Looks for a socket by what a test has put into `tuple`, for SocketLookupTest. */
#include "bpfsim_kernel.h"

struct bpf_sock_tuple tuple;
__u32 v6;
__s64 netns = -1;
__u64 flags;

/* What was found: state, local port, and as bits which casts it passes; 0 for nothing. */
__u32 any_state, any_port, any_kinds, full_state, full_port, udp, uid;

SEC("sk_skb/stream_verdict")
int look(struct __sk_buff *skb)
{
    struct bpf_sock *sk;

    uid = bpf_get_socket_uid(skb);
    any_state = any_port = any_kinds = full_state = full_port = udp = 0;
    sk = bpf_skc_lookup_tcp(skb, &tuple, v6 ? sizeof(tuple.ipv6) : sizeof(tuple.ipv4), netns, flags);
    if (sk) {
        any_state = sk->state;
        any_port = sk->src_port;
        any_kinds = (bpf_skc_to_tcp_sock(sk) ? 1 : 0) | (bpf_skc_to_tcp6_sock(sk) ? 2 : 0) |
                    (bpf_skc_to_tcp_timewait_sock(sk) ? 4 : 0) | (bpf_skc_to_tcp_request_sock(sk) ? 8 : 0);
        bpf_sk_release(sk);
    }
    sk = bpf_sk_lookup_tcp(skb, &tuple, v6 ? sizeof(tuple.ipv6) : sizeof(tuple.ipv4), netns, flags);
    if (sk) {
        full_state = sk->state;
        full_port = sk->src_port;
        bpf_sk_release(sk);
    }
    sk = bpf_sk_lookup_udp(skb, &tuple, v6 ? sizeof(tuple.ipv6) : sizeof(tuple.ipv4), netns, flags);
    if (sk) {
        udp = 1;
        bpf_sk_release(sk);
    }
    return SK_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
