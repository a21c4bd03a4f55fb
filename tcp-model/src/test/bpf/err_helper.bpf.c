// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* Must be refused when loaded: Linux lets sock_ops programs ask for a task's registers, of which simulated tasks have none. */
#include "bpfsim_kernel.h"

SEC("sockops")
int err_helper(struct bpf_sock_ops *ctx)
{
    return bpf_task_pt_regs(bpf_get_current_task_btf()) ? 0 : 1;
}

char LICENSE[] SEC("license") = "GPL";
