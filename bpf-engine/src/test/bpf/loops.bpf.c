/* SPDX-License-Identifier: Apache-2.0 */
/* Loops that the verifier does not walk turn by turn, within one another: with many turns they take days. */
#include "kernel.h"

char _license[] SEC("license") = "GPL";

struct bpf_sock_ops {
	__u32 op;
	__u32 reply;
};

struct bpf_iter_num {
	__u64 opaque[1];
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

__u32 outer_turns;
__u32 inner_turns;
__u64 turns;

static long turn(__u32 index, void *ctx)
{
	turns++;
	return 0;
}

static long turn_all(__u32 index, void *ctx)
{
	bpf_loop(inner_turns, turn, NULL, 0);
	return 0;
}

SEC("sockops")
int calls_back(struct bpf_sock_ops *ctx)
{
	bpf_loop(outer_turns, turn_all, NULL, 0);
	return 1;
}

/* Jumps to the label once a function may loop no longer (may_goto: BPF_JMP | BPF_JCOND). */
#define MAY_GOTO(label) \
	asm volatile goto("1:.byte 0xe5; .byte 0; .long ((%l[" #label "] - 1b - 8) / 8) & 0xffff; .short 0" : : : : label)

static __noinline int jump_inside(__u32 outer)
{
	for (__u32 i = 0; i < inner_turns; i++) {
		MAY_GOTO(out);
		turns++;
	}
out:
	return outer;
}

SEC("sockops")
int jumps(struct bpf_sock_ops *ctx)
{
	for (__u32 i = 0; i < outer_turns; i++) {
		MAY_GOTO(out);
		jump_inside(i);
	}
out:
	return 1;
}

static __noinline int iterate_inside(__u32 outer)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, inner_turns);
	while (bpf_iter_num_next(&it))
		turns++;
	bpf_iter_num_destroy(&it);
	return outer;
}

SEC("sockops")
int iterates(struct bpf_sock_ops *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, outer_turns);
	while (bpf_iter_num_next(&it))
		iterate_inside(0);
	bpf_iter_num_destroy(&it);
	return 1;
}
