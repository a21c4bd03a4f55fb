/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel functions that every program may call: the iterator over numbers, dynptrs of packets. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_dynptr_from_xdp(struct xdp_md *ctx, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *ctx, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 size) __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 size) __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *ptr, __u32 start, __u32 end) __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *ptr) __ksym;
extern bool bpf_dynptr_is_null(const struct bpf_dynptr *ptr) __ksym;
extern bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *ptr) __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *ptr, struct bpf_dynptr *clone) __ksym;

static __u64 sum_of(int start, int end, int *error)
{
	struct bpf_iter_num it;
	__u64 sum = 0;
	int *i;

	*error = bpf_iter_num_new(&it, start, end);
	while ((i = bpf_iter_num_next(&it)))
		sum = *i + 3;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("tc")
int iterates(struct __sk_buff *skb)
{
	int error;

	CHECK(sum_of(1, 101, &error) == 103 && !error);
	CHECK(sum_of(5, 5, &error) == 0 && !error);
	CHECK(sum_of(5, 4, &error) == 0 && error == -22);
	CHECK(sum_of(-1, 0x7fffffff, &error) == 0 && error == -7);
	return 1;
}

/* The Ethernet type of the packet by a slice; then it writes into it. */
SEC("xdp")
int slices(struct xdp_md *ctx)
{
	struct bpf_dynptr packet, part;
	__u8 buffer[2] = {};
	__u8 *type;
	__u16 value = 0;

	CHECK(!bpf_dynptr_from_xdp(ctx, 0, &packet));
	CHECK(bpf_dynptr_size(&packet) == ctx->data_end - ctx->data);
	CHECK(!bpf_dynptr_is_rdonly(&packet) && !bpf_dynptr_is_null(&packet));
	type = bpf_dynptr_slice(&packet, 12, buffer, 2);
	CHECK(type && type[0] == 8 && type[1] == 0);
	CHECK(!bpf_dynptr_clone(&packet, &part));
	CHECK(bpf_dynptr_adjust(&part, 3, 2) == -22);
	CHECK(bpf_dynptr_adjust(&part, 0, 100000) == -34);
	CHECK(!bpf_dynptr_adjust(&part, 12, 14));
	CHECK(bpf_dynptr_size(&part) == 2 && bpf_dynptr_size(&packet) == ctx->data_end - ctx->data);
	CHECK(!bpf_dynptr_slice(&part, 1, buffer, 2));
	CHECK(!bpf_dynptr_read(&value, 2, &part, 0, 0) && value == 8);
	value = 0xdd86;
	CHECK(!bpf_dynptr_write(&part, 0, &value, 2, 0));
	CHECK(!bpf_dynptr_data(&packet, 0, 2));
	return XDP_TX;
}

SEC("socket")
int reads_only(struct __sk_buff *skb)
{
	struct bpf_dynptr packet;
	__u8 buffer[1];
	__u8 *version;

	if (bpf_dynptr_from_skb(skb, 0, &packet))
		return 0;
	CHECK(bpf_dynptr_is_rdonly(&packet));
	CHECK(bpf_dynptr_size(&packet) == skb->len);
	version = bpf_dynptr_slice(&packet, 0, buffer, 1);
	return version ? *version : 0;
}
