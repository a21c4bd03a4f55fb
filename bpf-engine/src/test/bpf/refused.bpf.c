/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux refuses, each for one reason. All are optional: tests load them one at a time. */
#include "kernel.h"

char _license[] SEC("license") = "Dual BSD/GPL";

struct bpf_sock_ops {
	__u32 op;
	__u32 reply;
	__u32 replylong[3];
	__u32 family;
	__u32 remote_ip4;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} by_op SEC(".maps");

SEC("?sockops/wild")
int wild(struct bpf_sock_ops *ctx)
{
	__u64 *slot = (void *)(__u64)ctx->op;

	return *slot;
}

SEC("?sockops/readonly")
int readonly(struct bpf_sock_ops *ctx)
{
	*(volatile __u32 *)&ctx->family = 1;
	return 0;
}

SEC("?sockops/beyond")
int beyond(struct bpf_sock_ops *ctx)
{
	__u32 op = 7;
	volatile __u64 *slot = bpf_map_lookup_elem(&by_op, &op);

	return slot ? slot[ctx->op] : 0;
}

SEC("?sockops/unchecked")
int unchecked(struct bpf_sock_ops *ctx)
{
	__u32 op = ctx->op;
	volatile __u64 *slot = bpf_map_lookup_elem(&by_op, &op);

	return *slot;
}

SEC("?sockops/forever")
int forever(struct bpf_sock_ops *ctx)
{
	while (ctx->op == 1)
		asm volatile("" ::: "memory");
	return 0;
}

/* Linux lets a program read it; the test kernel does not have it. */
SEC("?sockops/not_modelled")
int not_modelled(struct bpf_sock_ops *ctx)
{
	return ctx->remote_ip4 == 1;
}
