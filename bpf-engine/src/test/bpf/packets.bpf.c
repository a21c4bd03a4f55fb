/* SPDX-License-Identifier: Apache-2.0 */
/* Packets in, verdicts out: a socket filter, tc classifiers, xdp programs, tail calls. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

unsigned long long load_byte(void *skb, unsigned long long offset) asm("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long offset) asm("llvm.bpf.load.half");
unsigned long long load_word(void *skb, unsigned long long offset) asm("llvm.bpf.load.word");

/* IPv4 and TCP to port 80: the length of the packet; otherwise 0. Sees the packet from its IP header on. */
SEC("socket")
int http(struct __sk_buff *skb)
{
	if (skb->protocol != bpf_htons(0x0800) || load_byte(skb, 9) != 6)
		return 0;
	if (load_half(skb, 4 * (load_byte(skb, 0) & 15) + 2) != 80)
		return 0;
	skb->cb[0] = load_word(skb, 12);
	return skb->len;
}

SEC("socket")
int beyond(struct __sk_buff *skb)
{
	return load_word(skb, 10000) + 5;
}

struct ethernet {
	__u8 to[6];
	__u8 from[6];
	__be16 type;
} __attribute__((packed));

/* Sends an Ethernet frame back. */
SEC("xdp")
int reflect(struct xdp_md *ctx)
{
	struct ethernet *ethernet = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u8 to[6];

	if ((void *)(ethernet + 1) > end)
		return XDP_DROP;
	__builtin_memcpy(to, ethernet->to, 6);
	__builtin_memcpy(ethernet->to, ethernet->from, 6);
	__builtin_memcpy(ethernet->from, to, 6);
	return XDP_TX;
}

/* Puts four bytes before the packet and takes two from its end. */
SEC("xdp")
int encapsulate(struct xdp_md *ctx)
{
	__u32 *header;

	CHECK(!bpf_xdp_adjust_meta(ctx, -4));
	CHECK(bpf_xdp_adjust_meta(ctx, -3) == -13);
	CHECK(!bpf_xdp_adjust_meta(ctx, 4));
	CHECK(!bpf_xdp_adjust_head(ctx, -4));
	CHECK(!bpf_xdp_adjust_tail(ctx, -2));
	CHECK(bpf_xdp_adjust_head(ctx, -1000) == -22);
	CHECK(bpf_xdp_adjust_tail(ctx, 100000) == -22);
	header = (void *)(long)ctx->data;
	if ((void *)(header + 1) > (void *)(long)ctx->data_end)
		return __LINE__;
	*header = 0x44332211;
	return XDP_PASS;
}

/* Changes the TTL of an IPv4 packet and mends its checksum. */
SEC("tc")
int decrement_ttl(struct __sk_buff *skb)
{
	__u16 old, new;

	CHECK(!bpf_skb_load_bytes(skb, 22, &old, 2));
	new = old - 1;
	CHECK(!bpf_l3_csum_replace(skb, 24, old, new, 2));
	CHECK(!bpf_skb_store_bytes(skb, 22, &new, 2, 0));
	CHECK(bpf_skb_load_bytes(skb, 100000, &old, 2) == -14 && old == 0);
	CHECK(!bpf_skb_load_bytes_relative(skb, 9, &old, 1, 1) && old == 6);
	skb->mark = 7;
	return 0;
}

SEC("tc")
int sums(struct __sk_buff *skb)
{
	__be32 from[2] = { 1, 2 }, to[2] = { 3, 0xfffffffe };

	CHECK((__u64)bpf_csum_diff(from, 8, from, 8, 0) % 0xffff == 0);
	CHECK((__u64)bpf_csum_diff(0, 0, to, 8, 0) % 0xffff == 1 + 1);
	return 1;
}

int target(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} programs SEC(".maps") = { .values = { [1] = (void *)&target } };

__u32 calls;

SEC("tc")
int jump(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 7);
	bpf_tail_call(skb, &programs, 0);
	bpf_tail_call(skb, &programs, 1);
	return -1;
}

/* Calls itself until Linux's limit of 33. */
SEC("tc")
int target(struct __sk_buff *skb)
{
	calls++;
	bpf_tail_call(skb, &programs, 1);
	return calls;
}

static __noinline int jump_from_below(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 1);
	return skb->len;
}

/* A tail call in a function replaces that function alone. */
SEC("tc")
int jump_below(struct __sk_buff *skb)
{
	return jump_from_below(skb) + 1000;
}
