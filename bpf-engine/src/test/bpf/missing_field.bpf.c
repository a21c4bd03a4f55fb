/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, helpers and functions that the test kernel does not have: guarded, and (in other programs) not. */
#include "kernel.h"

char _license[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct tcp_sock___other {
	__u32 snd_cwnd;
	__u32 rate_delivered;
	struct {
		__u32 delivered;
	};
	__u64 prior_cwnd;
};
struct not_modelled {
	int field;
};
#pragma clang attribute pop

enum tcp_ca_state___old { TCP_CA_Open___old = 9, TCP_CA_Lost = 3 };
extern int unknown_kfunc(void *p) __ksym;

/* Answers a bit per fact about the kernel. */
SEC("struct_ops/facts")
__u32 BPF_PROG(facts, struct sock *sk)
{
	struct tcp_sock___other *tp = (void *)sk;
	__u32 bits = 0;

	if (bpf_core_field_exists(tp->rate_delivered))
		bits |= 1 | tp->rate_delivered;
	if (bpf_core_field_exists(tp->snd_cwnd))
		bits |= 2;
	if (bpf_core_type_exists(struct not_modelled))
		bits |= 4;
	if (bpf_core_type_exists(struct sock))
		bits |= 8;
	if (bpf_core_type_size(struct sock_common) == 4)
		bits |= 16;
	if (bpf_core_field_size(tp->prior_cwnd) == 4)
		bits |= 32;
	if (tp->delivered == 77)
		bits |= 64;
	if (tp->prior_cwnd == 0x90000001)
		bits |= 128;
	if (bpf_core_enum_value_exists(enum tcp_ca_state___old, TCP_CA_Open___old))
		bits |= 256;
	if (bpf_core_enum_value(enum tcp_ca_state___old, TCP_CA_Open___old) == 0)
		bits |= 512;
	if (!bpf_core_enum_value_exists(enum tcp_ca_state___old, TCP_CA_Lost))
		bits |= 1024;
	if (bpf_core_type_id_kernel(struct tcp_sock))
		bits |= 2048;
	return bits;
}

SEC("?struct_ops/field")
__u32 BPF_PROG(field, struct sock *sk)
{
	return ((struct tcp_sock___other *)sk)->rate_delivered;
}

SEC("?struct_ops/type")
__u32 BPF_PROG(type, struct not_modelled *p)
{
	return p->field;
}

SEC("?struct_ops/kfunc")
__u32 BPF_PROG(kfunc, struct sock *sk)
{
	return unknown_kfunc(sk);
}

SEC("?struct_ops/helper")
__u32 BPF_PROG(helper, struct sock *sk)
{
	return bpf_get_current_uid_gid();
}

SEC(".struct_ops")
struct tcp_congestion_ops a = {
	.ssthresh = (void *)facts,
	.undo_cwnd = (void *)field,
	.init = (void *)kfunc,
	.in_ack_event = (void *)type,
	.cong_avoid = (void *)helper,
};
