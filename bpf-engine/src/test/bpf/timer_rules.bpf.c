/* SPDX-License-Identifier: Apache-2.0 */
/* One program per rule of the verifier about timers: Linux loads those whose names begin with good, and refuses the others. */
#include "packet.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define BPF_MAP_TYPE_PERCPU_HASH 5
#define BPF_MAP_TYPE_PERCPU_ARRAY 6
#define BPF_MAP_TYPE_LRU_HASH 9
#define BPF_MAP_TYPE_LRU_PERCPU_HASH 10
#define BPF_F_RDONLY_PROG 128

struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

#define MAP(name, map_type, flags, members)                                                        \
	struct name##_value {                                                                      \
		members                                                                            \
	};                                                                                         \
	struct {                                                                                   \
		__uint(type, map_type);                                                            \
		__uint(max_entries, 4);                                                            \
		__uint(map_flags, flags);                                                          \
		__type(key, __u32);                                                                \
		__type(value, struct name##_value);                                                \
	} name SEC(".maps")

#define PLAIN __u32 a; struct bpf_timer t; __u32 b;

MAP(array, BPF_MAP_TYPE_ARRAY, 0, PLAIN);
MAP(other, BPF_MAP_TYPE_ARRAY, 0, PLAIN);
MAP(lru, BPF_MAP_TYPE_LRU_HASH, 0, PLAIN);
MAP(percpu, BPF_MAP_TYPE_PERCPU_ARRAY, 0, PLAIN);
MAP(percpu_hash, BPF_MAP_TYPE_PERCPU_HASH, 0, PLAIN);
MAP(percpu_lru, BPF_MAP_TYPE_LRU_PERCPU_HASH, 0, PLAIN);
MAP(read_only, BPF_MAP_TYPE_ARRAY, BPF_F_RDONLY_PROG, PLAIN);
MAP(two, BPF_MAP_TYPE_ARRAY, 0, struct bpf_timer t; struct bpf_timer u;);
MAP(two_in_array, BPF_MAP_TYPE_ARRAY, 0, __u32 a; struct bpf_timer t[2];);
MAP(one_in_array, BPF_MAP_TYPE_ARRAY, 0, __u32 a; struct bpf_timer t[1];);
MAP(nested, BPF_MAP_TYPE_ARRAY, 0, __u32 a; struct { __u32 x; struct bpf_timer t; } n;);
MAP(crooked, BPF_MAP_TYPE_ARRAY, 0, __u32 a; struct bpf_timer t __attribute__((packed, aligned(4))););
MAP(locked, BPF_MAP_TYPE_ARRAY, 0, struct bpf_spin_lock l; struct bpf_timer t;);

struct array_value global;

#define LOOKUP(map)                                                                                \
	__u32 key = 0;                                                                             \
	struct map##_value *v = bpf_map_lookup_elem(&map, &key);                                   \
	if (!v)                                                                                    \
		return 0;

#define PROGRAM(name, map, body)                                                                   \
	SEC("?tc")                                                                                 \
	int name(struct __sk_buff *skb)                                                            \
	{                                                                                          \
		LOOKUP(map)                                                                        \
		body                                                                               \
		return 0;                                                                          \
	}

#define INIT(name, map) PROGRAM(name, map, return bpf_timer_init(&v->t, &map, 1);)

INIT(good_init, array)
INIT(good_lru, lru)
INIT(bad_percpu, percpu)
INIT(bad_percpu_hash, percpu_hash)
INIT(bad_percpu_lru, percpu_lru)
INIT(bad_read_only, read_only)
INIT(bad_two, two)
PROGRAM(bad_crooked, crooked, return bpf_timer_init((void *)v + 4, &crooked, 1);)
PROGRAM(bad_two_in_array, two_in_array, return bpf_timer_init(&v->t[0], &two_in_array, 1);)
PROGRAM(good_one_in_array, one_in_array, return bpf_timer_init(&v->t[0], &one_in_array, 1);)
PROGRAM(good_nested, nested, return bpf_timer_init(&v->n.t, &nested, 1);)

/* A kernel that takes note of no timer in a value has plain memory there. */
PROGRAM(good_two_are_memory, two, v->t.opaque[0] = 1;)
PROGRAM(good_two_in_array_are_memory, two_in_array, v->t[1].opaque[0] = 1;)
PROGRAM(good_percpu_is_memory, percpu, v->t.opaque[0] = 1;)
PROGRAM(good_read_only_is_memory, read_only, return v->t.opaque[0];)
PROGRAM(good_crooked_is_memory, crooked, v->t.opaque[0] = 1;)

PROGRAM(bad_read, array, return v->t.opaque[0];)
PROGRAM(bad_write, array, v->t.opaque[1] = 3;)
PROGRAM(bad_nested_write, nested, v->n.t.opaque[0] = 3;)
PROGRAM(bad_offset, array, return bpf_timer_init((void *)v, &array, 1);)
PROGRAM(bad_offset_within, array, return bpf_timer_init((void *)&v->t + 8, &array, 1);)
PROGRAM(bad_variable_offset, array, return bpf_timer_init((void *)v + (skb->len & 8), &array, 1);)
PROGRAM(bad_other_map, array, return bpf_timer_init(&v->t, &other, 1);)
PROGRAM(bad_global, array, return bpf_timer_init(&global.t, &array, 1);)
PROGRAM(bad_copy, array, return bpf_map_update_elem(&other, &key, v, 0);)
PROGRAM(bad_under_lock, locked, bpf_spin_lock(&v->l); bpf_timer_init(&v->t, &locked, 1); bpf_spin_unlock(&v->l);)

#define CALLBACK(name, body)                                                                       \
	static int name##_callback(void *map, __u32 *key, struct array_value *v)                   \
	{                                                                                          \
		body                                                                               \
	}                                                                                          \
	PROGRAM(name, array, return bpf_timer_set_callback(&v->t, name##_callback);)

CALLBACK(good_callback, return bpf_map_delete_elem(map, key) * 0;)
CALLBACK(good_callback_of_value, v->b = v->a + *key; return 0;)
CALLBACK(good_callback_of_init, bpf_timer_init(&v->t, map, 1); bpf_timer_start(&v->t, 1, 0); return 0;)
CALLBACK(bad_callback_returns, return 1;)
CALLBACK(bad_callback_returns_anything, return bpf_get_prandom_u32();)
CALLBACK(bad_callback_beyond_key, v->b = key[1]; return 0;)
CALLBACK(bad_callback_writes_key, *key = 1; return 0;)
CALLBACK(bad_callback_of_other_map, bpf_timer_init(&v->t, &other, 1); return 0;)

static int good_self_callback(void *map, __u32 *key, struct array_value *v)
{
	bpf_timer_set_callback(&v->t, good_self_callback);
	return bpf_timer_start(&v->t, 1, 0) * 0;
}

PROGRAM(good_self, array, return bpf_timer_set_callback(&v->t, good_self_callback);)

int global_callback(void *map, __u32 *key, struct array_value *v)
{
	return 0;
}

PROGRAM(bad_global_callback, array, return bpf_timer_set_callback(&v->t, global_callback);)
