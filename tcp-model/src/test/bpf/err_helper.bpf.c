// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: Linux lets sock_ops programs look for UDP sockets, of which there are none here. */
#include "bpfsim_kernel.h"

SEC("sockops")
int err_helper(struct bpf_sock_ops *ctx)
{
    struct bpf_sock *sk = ctx->sk;

    return sk && bpf_skc_to_udp6_sock(sk) ? 0 : 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
