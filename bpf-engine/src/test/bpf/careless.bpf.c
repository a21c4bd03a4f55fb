/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what no check has covered: Linux refuses it. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

SEC("xdp")
int careless(struct xdp_md *ctx)
{
	return *((__u8 *)(long)ctx->data + 2000);
}
