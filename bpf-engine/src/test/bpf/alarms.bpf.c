/* SPDX-License-Identifier: Apache-2.0 */
/* Does one thing with a timer per run, as alarms.script says; TimersTest and alarms-recorder.c run it. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define BPF_MAP_TYPE_LRU_HASH 9

struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

struct value {
	__u32 before;
	struct bpf_timer timer;
	__u32 after;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct value);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct value);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct value);
} malloced SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct value);
} lru SEC(".maps");

enum { NOTHING, INIT, SET, START, CANCEL, UPDATE, DELETE, START_ABS };
enum { ARRAY, HASH, MALLOCED, LRU };

struct action {
	__u32 op, map, key, flags;
	__u64 ns;
};

/* What the program does now, and what the next callback does. */
struct action now, then;
__s32 result = 0;

/* Callbacks that ran: map and key, and what came of `then`. */
__u32 fired = 0;
__u32 who[16];
__s32 did[16];
__u32 before[16];

static int on_array(void *map, __u32 *key, struct value *value);
static int on_hash(void *map, __u32 *key, struct value *value);
static int on_malloced(void *map, __u32 *key, struct value *value);
static int on_lru(void *map, __u32 *key, struct value *value);

#define ENTRY_OF(map, callback)                                                                    \
	{                                                                                          \
		struct value *value;                                                               \
		if (a->op == UPDATE)                                                               \
			return bpf_map_update_elem(&map, &key, &fresh, a->flags);                  \
		if (a->op == DELETE)                                                               \
			return bpf_map_delete_elem(&map, &key);                                    \
		value = bpf_map_lookup_elem(&map, &key);                                           \
		if (!value)                                                                        \
			return -2;                                                                 \
		switch (a->op) {                                                                   \
		case INIT:                                                                         \
			return bpf_timer_init(&value->timer, &map, a->flags);                      \
		case SET:                                                                          \
			return bpf_timer_set_callback(&value->timer, callback);                    \
		case START:                                                                        \
			return bpf_timer_start(&value->timer, a->ns, a->flags);                    \
		case START_ABS:                                                                    \
			return bpf_timer_start(&value->timer, bpf_ktime_get_ns() + a->ns, 1);      \
		case CANCEL:                                                                       \
			return bpf_timer_cancel(&value->timer);                                    \
		}                                                                                  \
		return -38;                                                                        \
	}

static __always_inline int act(struct action *a)
{
	struct value fresh = {};
	__u32 key = a->key;

	fresh.before = 7;
	if (a->map == ARRAY)
		ENTRY_OF(array, on_array)
	if (a->map == HASH)
		ENTRY_OF(hash, on_hash)
	if (a->map == MALLOCED)
		ENTRY_OF(malloced, on_malloced)
	ENTRY_OF(lru, on_lru)
}

static __always_inline void note(__u32 map, __u32 *key, struct value *value)
{
	__u32 i = fired++ & 15;

	who[i] = map << 8 | *key;
	before[i] = value->before;
	did[i] = 0;
	if (then.op != NOTHING) {
		did[i] = act(&then);
		then.op = NOTHING;
	}
}

static int on_array(void *map, __u32 *key, struct value *value)
{
	note(ARRAY, key, value);
	return 0;
}

static int on_hash(void *map, __u32 *key, struct value *value)
{
	note(HASH, key, value);
	return 0;
}

static int on_malloced(void *map, __u32 *key, struct value *value)
{
	note(MALLOCED, key, value);
	return 0;
}

static int on_lru(void *map, __u32 *key, struct value *value)
{
	note(LRU, key, value);
	return 0;
}

SEC("tc")
int step(struct __sk_buff *skb)
{
	result = act(&now);
	return 0;
}
