/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux refuses: here it is stopped when it happens. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* Reads a byte that no check has covered: Linux refuses it. */
SEC("xdp")
int careless(struct xdp_md *ctx)
{
	return *((__u8 *)(long)ctx->data + 2000);
}
