/* SPDX-License-Identifier: Apache-2.0 */
/* Declares a licence for which Linux keeps some helpers back. */
#include "packet.h"

char _license[] SEC("license") = "Proprietary";

SEC("?tc")
int prints(struct __sk_buff *skb)
{
	bpf_printk("no");
	return 0;
}

SEC("tc")
int counts(struct __sk_buff *skb)
{
	return bpf_get_prandom_u32() & 1;
}
