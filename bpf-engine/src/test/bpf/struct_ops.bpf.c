/* SPDX-License-Identifier: Apache-2.0 */
/* A congestion control in the manner of DCTCP: what a struct_ops object needs of a loader, in one file. */
#include "kernel.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define SHIFT_G 4
#define MAX_ALPHA 1024U

extern unsigned long CONFIG_HZ __kconfig;
extern __u32 tcp_slow_start(struct tcp_sock *tp, __u32 acked) __ksym;
extern int not_there(struct sock *sk) __ksym __weak;

const volatile __u32 alpha_on_init = MAX_ALPHA;
int inits = 0;

struct state {
	__u32 old_delivered;
	__u32 old_delivered_ce;
	__u32 prior_rcv_nxt;
	__u32 alpha;
	__u32 next_seq;
	__u32 hz;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} acks SEC(".maps");

static __noinline void reset(const struct tcp_sock *tp, struct state *ca)
{
	ca->next_seq = BPF_CORE_READ(tp, snd_una) + 1;
	ca->old_delivered = tp->delivered;
	ca->old_delivered_ce = tp->delivered_ce;
}

SEC("struct_ops/like_dctcp_init")
void BPF_PROG(like_dctcp_init, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct state *ca = inet_csk_ca(sk);
	__u64 zero = 7;

	ca->alpha = alpha_on_init < MAX_ALPHA ? alpha_on_init : MAX_ALPHA;
	ca->prior_rcv_nxt = tp->rcv_nxt;
	ca->hz = CONFIG_HZ;
	bpf_sk_storage_get(&acks, sk, &zero, 1);
	inits++;
	if (not_there)
		not_there(sk);
	reset(tp, ca);
}

SEC("struct_ops/like_dctcp_ssthresh")
__u32 BPF_PROG(like_dctcp_ssthresh, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct state *ca = inet_csk_ca(sk);
	__u32 cwnd = tp->snd_cwnd;
	__u32 next = cwnd - ((cwnd * ca->alpha) >> 11U);

	return next > 2 ? next : 2;
}

SEC("struct_ops/like_dctcp_in_ack")
void BPF_PROG(like_dctcp_in_ack, struct sock *sk, __u32 flags)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct state *ca = inet_csk_ca(sk);
	__u64 *count = bpf_sk_storage_get(&acks, sk, 0, 0);

	if (count)
		*count += 1;
	if (!((__s32)(tp->snd_una - ca->next_seq) < 0)) {
		__u32 delivered_ce = tp->delivered_ce - ca->old_delivered_ce;
		__u32 alpha = ca->alpha;

		alpha -= alpha >> SHIFT_G ? alpha >> SHIFT_G : alpha;
		if (delivered_ce) {
			__u32 delivered = tp->delivered - ca->old_delivered;

			delivered_ce <<= (10 - SHIFT_G);
			delivered_ce /= delivered ? delivered : 1;
			alpha = alpha + delivered_ce > MAX_ALPHA ? MAX_ALPHA : alpha + delivered_ce;
		}
		ca->alpha = alpha;
		reset(tp, ca);
	}
}

SEC("struct_ops/like_dctcp_cong_avoid")
void BPF_PROG(like_dctcp_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (!BPF_CORE_READ_BITFIELD(tp, is_cwnd_limited))
		return;
	if (tp->snd_cwnd < tp->snd_ssthresh) {
		tcp_slow_start(tp, acked);
		return;
	}
	tp->snd_cwnd += 1;
	sk->sk_pacing_rate = 1000000;
}

SEC(".struct_ops")
struct tcp_congestion_ops like_dctcp = {
	.init = (void *)like_dctcp_init,
	.ssthresh = (void *)like_dctcp_ssthresh,
	.in_ack_event = (void *)like_dctcp_in_ack,
	.cong_avoid = (void *)like_dctcp_cong_avoid,
	.flags = 2,
	.name = "bpf_like_dctcp",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops partly = {
	.init = (void *)like_dctcp_init,
	.name = "bpf_partly",
};
