/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of Linux's verifier that need functions with types, each broken by one optional program. */
#include "packet.h"

char _license[] SEC("license") = "GPL";

enum { BPF_MAP_TYPE_CGROUP_STORAGE = 19 };

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 8);
	__type(value, __u64);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 size) __ksym;

static long each(void *map, __u32 *key, __u64 *value, void *ctx)
{
	return 0;
}

SEC("?tc")
int walks_queue(struct __sk_buff *skb)
{
	return bpf_for_each_map_elem(&queue, each, 0, 0);
}

static long load_byte(__u32 index, struct __sk_buff **skb)
{
	register struct __sk_buff *r6 asm("r6") = *skb;
	register long r0 asm("r0");

	asm volatile("r0 = *(u8 *)skb[0]" : "=r"(r0) : "r"(r6) : "r1", "r2", "r3", "r4", "r5");
	return r0 & 1;
}

SEC("?tc")
int loads_packet(struct __sk_buff *skb)
{
	bpf_loop(4, load_byte, &skb, 0);
	return 0;
}

static __attribute__((noinline)) void call_tail(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 0);
}

SEC("?tc")
int calls_tail(struct __sk_buff *skb)
{
	call_tail(skb);
	return 0;
}

static const char octal[] = "%o";

SEC("?tc")
int formats(struct __sk_buff *skb)
{
	__u64 number = 8;
	char text[8];

	return bpf_snprintf(text, sizeof(text), octal, &number, sizeof(number));
}

char bytes[16];

SEC("?socket")
int writes_slice(struct __sk_buff *skb)
{
	struct bpf_dynptr ptr;
	char buffer[4];

	bpf_dynptr_from_mem(bytes, sizeof(bytes), 0, &ptr);
	return bpf_dynptr_slice_rdwr(&ptr, 0, buffer, 4) != 0;
}

SEC("?cgroup/setsockopt")
int two_storages(struct __sk_buff *skb)
{
	__u64 *one = bpf_get_local_storage(&first, 0);
	__u64 *two = bpf_get_local_storage(&second, 0);

	return *one == *two;
}

static long again(__u32 index, void *ctx)
{
	return 0;
}

SEC("?tc")
int calls_before_a_function(struct __sk_buff *skb)
{
	long (*function)(__u32, void *) = again;

	asm volatile("%0 += -8" : "+r"(function));
	bpf_loop(4, function, 0, 0);
	return 0;
}
