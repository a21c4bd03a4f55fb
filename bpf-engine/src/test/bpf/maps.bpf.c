/* SPDX-License-Identifier: Apache-2.0 */
/* Map types and helpers as programs use them; every program answers 1, on Linux too (bpftool prog run). */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define EINVAL 22
#define ENOENT 2
#define E2BIG 7
#define ERANGE 34

struct lpm_key {
	__u32 prefixlen;
	__u8 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct lpm_key);
	__type(value, __u32);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 2);
	__type(value, __u64);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 2);
	__type(value, __u64);
} stack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(map_extra, 3);
	__type(value, __u64);
} bloom SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [0] = (void *)&first, [2] = (void *)&second } };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} per_cpu SEC(".maps");

struct locked {
	__u64 value;
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} guarded SEC(".maps");

SEC("tc")
int lpm(struct __sk_buff *skb)
{
	struct lpm_key ten = { 8, { 10, 0, 0, 0 } };
	struct lpm_key ten_one = { 16, { 10, 1, 0, 0 } };
	struct lpm_key host = { 32, { 10, 1, 2, 3 } };
	struct lpm_key too_long = { 33, { 10, 1, 2, 3 } };
	__u32 one = 1, two = 2, *found;

	CHECK(!bpf_map_update_elem(&routes, &ten, &one, BPF_ANY));
	CHECK(!bpf_map_update_elem(&routes, &ten_one, &two, BPF_ANY));
	CHECK(bpf_map_update_elem(&routes, &too_long, &two, BPF_ANY) == -EINVAL);
	found = bpf_map_lookup_elem(&routes, &host);
	CHECK(found && *found == 2);
	CHECK(!bpf_map_delete_elem(&routes, &ten_one));
	CHECK(bpf_map_delete_elem(&routes, &ten_one) == -ENOENT);
	found = bpf_map_lookup_elem(&routes, &host);
	CHECK(found && *found == 1);
	CHECK(!bpf_map_delete_elem(&routes, &ten));
	CHECK(!bpf_map_lookup_elem(&routes, &host));
	return 1;
}

SEC("tc")
int queues(struct __sk_buff *skb)
{
	__u64 value = 1, out = 9;

	CHECK(!bpf_map_push_elem(&queue, &value, BPF_ANY) && !bpf_map_push_elem(&stack, &value, BPF_ANY));
	value = 2;
	CHECK(!bpf_map_push_elem(&queue, &value, BPF_ANY) && !bpf_map_push_elem(&stack, &value, BPF_ANY));
	value = 3;
	CHECK(bpf_map_push_elem(&queue, &value, BPF_ANY) == -E2BIG);
	CHECK(bpf_map_push_elem(&queue, &value, BPF_NOEXIST) == -EINVAL);
	CHECK(!bpf_map_push_elem(&queue, &value, BPF_EXIST));
	CHECK(!bpf_map_peek_elem(&queue, &out) && out == 2);
	CHECK(!bpf_map_pop_elem(&queue, &out) && out == 2);
	CHECK(!bpf_map_pop_elem(&queue, &out) && out == 3);
	CHECK(bpf_map_pop_elem(&queue, &out) == -ENOENT && out == 0);
	CHECK(!bpf_map_pop_elem(&stack, &out) && out == 2);
	CHECK(!bpf_map_pop_elem(&stack, &out) && out == 1);
	CHECK(bpf_map_peek_elem(&stack, &out) == -ENOENT);
	return 1;
}

SEC("tc")
int blooms(struct __sk_buff *skb)
{
	__u64 value = 1;

	CHECK(!bpf_map_push_elem(&bloom, &value, BPF_ANY));
	CHECK(!bpf_map_peek_elem(&bloom, &value));
	CHECK(bpf_map_push_elem(&bloom, &value, BPF_EXIST) == -EINVAL);
	return 1;
}

SEC("tc")
int maps_of_maps(struct __sk_buff *skb)
{
	__u32 key = 2, index = 1;
	__u64 value = 77, *found;
	void *inner = bpf_map_lookup_elem(&outer, &key);

	CHECK(inner);
	CHECK(!bpf_map_update_elem(inner, &index, &value, BPF_ANY));
	found = bpf_map_lookup_elem(&second, &index);
	CHECK(found && *found == 77);
	key = 1;
	CHECK(!bpf_map_lookup_elem(&outer, &key));
	key = 3;
	CHECK(!bpf_map_lookup_elem(&outer, &key));
	return 1;
}

__u64 sum;
__u32 visits;

static long visit(void *map, __u32 *key, __u64 *value, void *context)
{
	sum += *key * *value;
	visits++;
	*value = 0;
	return 0;
}

static long stop(void *map, __u32 *key, __u64 *value, void *context)
{
	return 1;
}

SEC("tc")
int walks(struct __sk_buff *skb)
{
	__u64 value, *found;
	__u32 key;

#pragma unroll
	for (__u32 i = 1; i <= 4; i++) {
		key = i;
		value = 10;
		CHECK(!bpf_map_update_elem(&numbers, &key, &value, BPF_ANY));
	}
	sum = 0;
	visits = 0;
	CHECK(bpf_for_each_map_elem(&numbers, visit, 0, 0) == 4);
	CHECK(visits == 4 && sum == 100);
	CHECK(bpf_for_each_map_elem(&numbers, stop, 0, 0) == 1);
	CHECK(bpf_for_each_map_elem(&numbers, visit, 0, 1) == -EINVAL);
	key = 1;
	value = 5;
	CHECK(!bpf_map_update_elem(&per_cpu, &key, &value, BPF_ANY));
	found = bpf_map_lookup_percpu_elem(&per_cpu, &key, bpf_get_smp_processor_id());
	CHECK(found && *found == 5);
	CHECK(!bpf_map_lookup_percpu_elem(&per_cpu, &key, 100000));
	return 1;
}

SEC("tc")
int locks(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct locked *value = bpf_map_lookup_elem(&guarded, &key);

	CHECK(value);
	bpf_spin_lock(&value->lock);
	value->value++;
	bpf_spin_unlock(&value->lock);
	bpf_spin_lock(&value->lock);
	bpf_spin_unlock(&value->lock);
	return 1;
}

SEC("tc")
int rings(struct __sk_buff *skb)
{
	__u64 data = 5;
	__u64 *record = bpf_ringbuf_reserve(&ring, 8, 0);

	CHECK(record);
	*record = 7;
	bpf_ringbuf_submit(record, 0);
	record = bpf_ringbuf_reserve(&ring, 8, 0);
	CHECK(record);
	bpf_ringbuf_discard(record, 0);
	CHECK(!bpf_ringbuf_output(&ring, &data, 5, 0));
	CHECK(bpf_ringbuf_output(&ring, &data, 8, 4) == -EINVAL);
	record = bpf_ringbuf_reserve(&ring, 5000, 0);
	if (record) {
		bpf_ringbuf_discard(record, 0);
		return __LINE__;
	}
	CHECK(bpf_ringbuf_query(&ring, 1) == 4096);
	CHECK(bpf_ringbuf_query(&ring, 3) >= 48);
	return 1;
}

SEC("tc")
int strings(struct __sk_buff *skb)
{
	static const char format[] = "%d-%s-%x";
	static const char word[] = "abc";
	__u64 arguments[3];
	char text[16] = {};
	char number[] = "  -0x1fZ";
	char octal[] = "017";
	char large[] = "99999999999999999999";
	long result = 0;
	unsigned long positive = 0;

	/* A constant array would have to be relocated as data, which libbpf does not do. */
	arguments[0] = skb->mark - 7ULL;
	arguments[1] = (__u64)word;
	arguments[2] = skb->mark + 255;
	CHECK(bpf_snprintf(text, sizeof(text), format, arguments, sizeof(arguments)) == 10);
	CHECK(!bpf_strncmp(text, 10, "-7-abc-ff"));
	CHECK(bpf_snprintf(text, 4, format, arguments, sizeof(arguments)) == 10);
	CHECK(text[2] == '-' && text[3] == 0);
	CHECK(bpf_strtol(number, sizeof(number), 0, &result) == 7 && result == -31);
	CHECK(bpf_strtol(number, sizeof(number), 10, &result) == 4 && result == 0);
	CHECK(bpf_strtoul(number, sizeof(number), 0, &positive) == -EINVAL);
	CHECK(bpf_strtoul(octal, sizeof(octal), 0, &positive) == 3 && positive == 15);
	CHECK(bpf_strtoul(octal, sizeof(octal), 7, &positive) == -EINVAL);
	CHECK(bpf_strtol(large, sizeof(large), 10, &result) == -ERANGE);
	CHECK(bpf_strtol(text + 1, 1, 16, &result) == 1 && result == 7);
	return 1;
}

SEC("tc")
int dynptrs(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	__u64 word = 0x0102030405060708, out = 0;
	__u64 *data;

	if (bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &record)) {
		bpf_ringbuf_discard_dynptr(&record, 0);
		return __LINE__;
	}
	long wrote = bpf_dynptr_write(&record, 4, &word, 8, 0);
	long beyond = bpf_dynptr_write(&record, 9, &word, 8, 0);
	long read = bpf_dynptr_read(&out, 8, &record, 4, 0);
	data = bpf_dynptr_data(&record, 0, 8);
	__u64 low = data ? *data : 0;
	bpf_ringbuf_submit_dynptr(&record, 0);
	CHECK(!wrote && beyond == -E2BIG && !read && out == word);
	CHECK(low == 0x0506070800000000);
	return 1;
}
