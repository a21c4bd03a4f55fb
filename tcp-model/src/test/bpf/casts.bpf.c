// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Asks of the socket of each call what it is, for SocketCastsTest. */
#include "bpfsim_kernel.h"
#include <bpf/bpf_core_read.h>

struct tcp6_sock {
    struct tcp_sock tcp;
} __attribute__((preserve_access_index));

struct tcp_sock___mptcp {
    __u8 is_mptcp;
} __attribute__((preserve_access_index));

struct mptcp_sock {
    __u32 token;
    struct sock *first;
    char ca_name[16];
} __attribute__((preserve_access_index));

enum { TCP = 1, TCP6 = 2, TIMEWAIT = 4, REQUEST = 8, UDP6 = 16, UNIX = 32, MPTCP = 64 };

__u32 kinds, calls, cwnd, token, mptcp;

SEC("sockops")
int cast(struct bpf_sock_ops *ctx)
{
    struct bpf_sock *sk = ctx->sk;
    struct tcp_sock *tcp;
    struct tcp6_sock *tcp6;
    struct tcp_sock___mptcp *flags;
    struct mptcp_sock *msk;

    if (!sk)
        return 1;
    calls++;
    kinds = cwnd = 0;
    tcp = bpf_skc_to_tcp_sock(sk);
    if (tcp) {
        kinds |= TCP;
        flags = (struct tcp_sock___mptcp *)tcp;
        mptcp = bpf_core_field_exists(flags->is_mptcp) ? flags->is_mptcp : 2;
    }
    tcp6 = bpf_skc_to_tcp6_sock(sk);
    if (tcp6) {
        kinds |= TCP6;
        cwnd = tcp6->tcp.snd_cwnd;
    }
    if (bpf_skc_to_tcp_timewait_sock(sk))
        kinds |= TIMEWAIT;
    if (bpf_skc_to_tcp_request_sock(sk))
        kinds |= REQUEST;
    if (bpf_skc_to_udp6_sock(sk))
        kinds |= UDP6;
    if (bpf_skc_to_unix_sock(sk))
        kinds |= UNIX;
    msk = bpf_skc_to_mptcp_sock(sk);
    if (msk) {
        kinds |= MPTCP;
        token = msk->token + msk->ca_name[0] + (msk->first != 0);
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
