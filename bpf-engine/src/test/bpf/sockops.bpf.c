/* SPDX-License-Identifier: Apache-2.0 */
/* Maps, global data, sub-programs, a callback, atomics and formatted output in one sock_ops program. */
#include "kernel.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* The UAPI context, at its fixed offsets: no relocation. */
struct bpf_sock_ops {
	__u32 op;
	union {
		__u32 args[4];
		__u32 reply;
		__u32 replylong[4];
	};
	__u32 family;
	__u32 remote_ip4;
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port;
	__u32 local_port;
};

struct key {
	__u32 port;
	__u32 op;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct key);
	__type(value, __u64);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} by_op SEC(".maps");

__u64 total = 1000;
static const char banner[] = "op %d family %u port %x\n";

struct sum {
	__u64 value;
};

static long add(__u32 index, void *ctx)
{
	struct sum *sum = ctx;

	sum->value += index;
	return index == 6;
}

__noinline int remember(__u32 port, __u32 op)
{
	struct key key = { .port = port, .op = op };
	__u64 one = 1, *count = bpf_map_lookup_elem(&seen, &key);

	if (count) {
		__sync_fetch_and_add(count, 1);
		return 0;
	}
	return bpf_map_update_elem(&seen, &key, &one, BPF_NOEXIST);
}

SEC("sockops")
int count(struct bpf_sock_ops *ctx)
{
	struct sum sum = {};
	__u32 op = ctx->op;
	__u64 *slot = bpf_map_lookup_elem(&by_op, &op);
	int option = 40;

	bpf_trace_printk(banner, sizeof(banner), op, ctx->family, bpf_ntohl(ctx->remote_port));
	if (slot)
		*slot += 1;
	bpf_loop(100, add, &sum, 0);
	total += sum.value;
	if (ctx->remote_ip6[0] == bpf_htonl(0x20010db8))
		bpf_setsockopt(ctx, 6, 1001, &option, sizeof(option));
	ctx->reply = remember(bpf_ntohl(ctx->remote_port), op);
	return 1;
}

SEC("sockops/looks_up")
int looks_up(struct bpf_sock_ops *ctx)
{
	__u32 op = ctx->op;
	__u64 *slot = bpf_map_lookup_elem(&by_op, &op);

	return slot && *slot;
}
