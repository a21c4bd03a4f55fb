// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: kernel structs are for programs whose licence is compatible with the GPL. */
#include "bpfsim_kernel.h"

SEC("sockops")
int err_licence(struct bpf_sock_ops *ctx)
{
    struct bpf_sock *sk = ctx->sk;
    struct tcp_sock *tp;

    if (!sk)
        return 1;
    tp = bpf_skc_to_tcp_sock(sk);
    if (tp)
        ctx->reply = tp->snd_cwnd;
    return 1;
}

char LICENSE[] SEC("license") = "Proprietary";
