/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a timer that goes on every millisecond. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

struct ticker {
	struct bpf_timer timer;
	__u32 ticks;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ticker);
} tickers SEC(".maps");

static int tick(void *map, __u32 *key, struct ticker *t)
{
	bpf_printk("tick %d", ++t->ticks);
	bpf_timer_start(&t->timer, 1000000, 0);
	return 0;
}

SEC("tc")
int begin(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct ticker *t = bpf_map_lookup_elem(&tickers, &key);

	if (!t || bpf_timer_init(&t->timer, &tickers, 1 /* CLOCK_MONOTONIC */))
		return 0;
	bpf_timer_set_callback(&t->timer, tick);
	bpf_timer_start(&t->timer, 0, 0);
	return 1;
}
