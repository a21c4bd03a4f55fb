/* SPDX-License-Identifier: Apache-2.0 */
/* Maps whose values have every shape that a dump shows. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

enum color { RED, GREEN = 7 };

struct point {
	__s16 x, y;
};

struct value {
	char name[8];
	char raw[4];
	enum color color;
	bool set;
	__s8 tiny;
	__u32 low : 3, high : 13;
	struct point points[2];
	union {
		__u64 number;
		__u32 halves[2];
	};
	__s64 negative;
	struct value *next;
	__u8 bytes[3];
	__u8 none[0];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct value);
} shapes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, struct point);
	__type(value, enum color);
} colors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 20);
} wide SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 10);
} narrow SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 2);
	__type(value, __u32);
} waiting SEC(".maps");

struct point origin = { 1, -2 };
__u64 total;

SEC("socket")
int touch(struct __sk_buff *skb)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&shapes, &zero) && bpf_map_lookup_elem(&colors, &zero) &&
	       bpf_map_lookup_elem(&wide, &zero) && bpf_map_lookup_elem(&narrow, &zero) &&
	       !bpf_map_pop_elem(&waiting, &zero) && total && origin.x;
}
