// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: Linux lets sock_ops programs reserve header options, we do not model it yet. */
#include "bpfsim_kernel.h"

SEC("sockops")
int err_helper(struct bpf_sock_ops *ctx)
{
    bpf_reserve_hdr_opt(ctx, 4, 0);
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
