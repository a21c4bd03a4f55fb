// SPDX-License-Identifier: Apache-2.0
/* Bytes made of bitfields, and what programs leave of them after the load: a mask, shifts to and fro, everything. */
#include "kernel.h"

#define BYTE_OF(object, field) ((void *)(object) + __builtin_preserve_field_info((object)->field, BPF_FIELD_BYTE_OFFSET))

/* Loads a byte and goes on with it in the same register, so that no compiler mends the way it is used. */
#define LOADED(place, uses)                                                                  \
	({                                                                                   \
		register __u64 value asm("r0");                                              \
		asm volatile("r0 = *(u8 *)(%1 + 0)\n" uses : "=&r"(value) : "r"(place));      \
		value;                                                                       \
	})

SEC("struct_ops/all_bits")
void BPF_PROG(all_bits, struct sock *sk, __u32 ack, __u32 acked)
{
	struct tcp_sock *tp = tcp_sk(sk);
	__u64 *seen = inet_csk_ca(sk);
	void *flags = BYTE_OF(tp, is_cwnd_limited);
	void *state = BYTE_OF((struct inet_connection_sock *)sk, icsk_ca_state);

	seen[0] = LOADED(flags, "");
	seen[1] = LOADED(flags, "r0 <<= 60\nr0 >>= 63\n");
	seen[2] = LOADED(flags, "r0 <<= 61\nr0 s>>= 63\n");
	seen[3] = LOADED(flags, "r0 &= 5\n");
	seen[4] = LOADED(flags, "w0 <<= 30\nw0 >>= 31\n") + LOADED(flags, "r0 <<= 62\n");
	seen[5] = LOADED(flags, "r0 >>= 2\n");
	seen[6] = LOADED(flags, "r0 <<= 1\nr0 <<= 61\nr0 >>= 62\n");
	seen[7] = LOADED(flags, "r0 <<= 40\nr0 <<= 23\n");
	seen[8] = LOADED(flags, "r0 <<= 8\nw0 &= 0x900\n");
	seen[9] = LOADED(flags, "if r0 > 300 goto +1\nr0 <<= 60\nr0 >>= 61\n");
	seen[10] = LOADED(state, "r0 <<= 59\nr0 >>= 59\n");
	seen[11] = LOADED(state, "r0 &= 31\n");
	seen[12] = LOADED(state, "r0 ^= 21\nr0 <<= 63\nr0 >>= 63\n");
}

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(undo_cwnd, struct sock *sk)
{
	return tcp_sk(sk)->snd_cwnd;
}

SEC(".struct_ops")
struct tcp_congestion_ops bitfields = {
	.cong_avoid = (void *)all_bits,
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "bpf_bitfields",
};

char _license[] SEC("license") = "GPL";
