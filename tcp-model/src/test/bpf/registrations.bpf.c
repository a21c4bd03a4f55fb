// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/* struct_ops maps for StructOpsRegistrationTest: some can be registered, some cannot. */
#include "bpfsim_kernel.h"

SEC("struct_ops")
__u32 BPF_PROG(three, struct sock *sk)
{
    return 3;
}

SEC("struct_ops")
__u32 BPF_PROG(undo, struct sock *sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC("struct_ops")
void BPF_PROG(avoid, struct sock *sk, __u32 ack, __u32 acked)
{
    tcp_reno_cong_avoid(sk, ack, acked);
}

#define MAP(variable, ...) \
    SEC(".struct_ops") \
    struct tcp_congestion_ops variable = {__VA_ARGS__}
#define ALL .ssthresh = (void *)three, .undo_cwnd = (void *)undo, .cong_avoid = (void *)avoid

MAP(complete, ALL, .name = "three");
MAP(same_name, ALL, .name = "three");
MAP(name_of_native, ALL, .name = "cubic");
MAP(all_flags, ALL, .name = "flags", .flags = 3);
MAP(unknown_flags, ALL, .name = "unknown_flags", .flags = 4);
MAP(no_ssthresh, .undo_cwnd = (void *)undo, .cong_avoid = (void *)avoid, .name = "a");
MAP(no_undo_cwnd, .ssthresh = (void *)three, .cong_avoid = (void *)avoid, .name = "b");
MAP(no_cong_avoid, .ssthresh = (void *)three, .undo_cwnd = (void *)undo, .name = "c");
MAP(no_name, ALL);
MAP(long_name, ALL, .name = "sixteen_letters_");
MAP(blank_in_name, ALL, .name = "with space");

char LICENSE[] SEC("license") = "Dual BSD/GPL";
