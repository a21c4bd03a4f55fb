// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: reads a field that Linux has and we do not model. */
#include "bpfsim_kernel.h"

struct tcp_sock___more {
    __u32 keepalive_time;
} __attribute__((preserve_access_index));

SEC("sockops")
int err_field(struct bpf_sock_ops *ctx)
{
    struct bpf_sock *sk = ctx->sk;
    struct tcp_sock___more *tp;

    if (!sk)
        return 1;
    tp = (void *)bpf_skc_to_tcp_sock(sk);
    if (tp)
        ctx->reply = tp->keepalive_time;
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
