/* SPDX-License-Identifier: Apache-2.0 */
/* Programs on sockets. What each helper did is left in a global variable, on Linux as here. */
#include "socket.h"

char _license[] SEC("license") = "Dual BSD/GPL";

enum { NONE, PULL, PUSH, POP, APPLY, CORK };

struct step {
	__u32 what, a, b;
};

struct outcome {
	__s32 result;
	__u32 size;
	__s32 visible; /* data_end - data; -1 without data */
	__s32 first;   /* the first byte, -1 if there is none */
};

#define STEPS 10

struct step steps[STEPS];
struct outcome outcomes[STEPS + 1];
__u32 runs;
__u32 verdict = SK_PASS;
__u32 redirect_flags;
struct { __u32 family, remote_ip4, local_ip4, remote_port, local_port, sk_state, sk_dst_port, storage; } seen;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} socks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 2);
	__type(key, __u64);
	__type(value, __u64);
} hashed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} counts SEC(".maps");

static __always_inline void look(struct sk_msg_md *msg, struct outcome *o, int result)
{
	__u8 *data = msg->data, *end = msg->data_end;

	o->result = result;
	o->size = msg->size;
	o->visible = data ? end - data : -1;
	o->first = data && data + 1 <= end ? *data : -1;
}

static __always_inline void play(struct sk_msg_md *msg)
{
	look(msg, &outcomes[0], 0);
#pragma unroll
	for (int i = 0; i < STEPS; i++) {
		struct step *s = &steps[i];
		int result = 0;

		if (s->what == PULL)
			result = bpf_msg_pull_data(msg, s->a, s->b, 0);
		else if (s->what == PUSH)
			result = bpf_msg_push_data(msg, s->a, s->b, 0);
		else if (s->what == POP)
			result = bpf_msg_pop_data(msg, s->a, s->b, 0);
		else if (s->what == APPLY)
			result = bpf_msg_apply_bytes(msg, s->a);
		else if (s->what == CORK)
			result = bpf_msg_cork_bytes(msg, s->a);
		look(msg, &outcomes[i + 1], result);
	}
}

SEC("sk_msg")
int script(struct sk_msg_md *msg)
{
	struct bpf_sock *sk = msg->sk;
	__u32 *count;

	runs++;
	seen.family = msg->family;
	seen.remote_ip4 = msg->remote_ip4;
	seen.local_ip4 = msg->local_ip4;
	seen.remote_port = msg->remote_port;
	seen.local_port = msg->local_port;
	if (sk) {
		seen.sk_state = sk->state;
		seen.sk_dst_port = sk->dst_port;
		count = bpf_sk_storage_get(&counts, sk, 0, 1);
		if (count)
			seen.storage = ++*count;
	}
	play(msg);
	return verdict;
}

SEC("sk_msg")
int forward(struct sk_msg_md *msg)
{
	runs++;
	return bpf_msg_redirect_map(msg, &socks, 1, redirect_flags);
}

SEC("sk_msg")
int forward_hashed(struct sk_msg_md *msg)
{
	__u64 key = 7;

	runs++;
	return bpf_msg_redirect_hash(msg, &hashed, &key, redirect_flags);
}

/* Frames of a byte with their length (its own not counted), and what follows. */
SEC("sk_skb/stream_parser")
int frames(struct __sk_buff *skb)
{
	__u8 *data, *end;

	if (bpf_skb_pull_data(skb, 1))
		return 0;
	data = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	return data + 1 > end ? 0 : 1 + *data;
}

__s32 room = 0;
__u32 length_seen, length_after, tail;
__s32 room_result, tail_result;

SEC("sk_skb/stream_verdict")
int adjust(struct __sk_buff *skb)
{
	runs++;
	length_seen = skb->len;
	room_result = room ? bpf_skb_adjust_room(skb, room, 0, 0) : 0;
	tail_result = tail ? bpf_skb_change_tail(skb, tail, 0) : 0;
	length_after = skb->len;
	return verdict;
}

SEC("sk_skb/verdict")
int steer(struct __sk_buff *skb)
{
	runs++;
	return bpf_sk_redirect_map(skb, &socks, 1, redirect_flags);
}
