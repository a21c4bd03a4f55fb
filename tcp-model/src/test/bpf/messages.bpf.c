// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * Programs on messages and streams that do what a script says: one step for each run. The same object ran on Linux for
 * src/test/linux/sockmaps.txt.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define STEPS 16

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} socks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} targets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u64);
} hashed SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u32);
} numbers SEC(".maps");

struct step {
    __u32 verdict;  /* SK_PASS, SK_DROP; 2: what a redirection answers */
    __u32 apply;
    __u32 cork;
    __u32 key;
    __u32 flags;
};

struct step steps[STEPS]; /* of the program on messages; the last one is repeated */
__u32 last;
__u32 zeros; /* whether zeros are asked for, too */
__u32 runs;
__u32 sizes[STEPS];
__u32 visible[STEPS];

struct step stream; /* of the verdicts */
__u32 verdicts;
__u32 lengths[STEPS];

__s32 parse_as; /* what the parser answers; 0: the first byte says */
__u32 parses;

SEC("sk_msg")
int decide(struct sk_msg_md *msg)
{
    __u32 run = runs++;
    __u32 i = run < last ? run : last;
    struct step *s;

    if (run < STEPS) {
        sizes[run] = msg->size;
        visible[run] = (long)msg->data_end - (long)msg->data;
    }
    if (i >= STEPS)
        return SK_DROP;
    s = &steps[i];
    if (s->apply || zeros)
        bpf_msg_apply_bytes(msg, s->apply);
    if (s->cork || zeros)
        bpf_msg_cork_bytes(msg, s->cork);
    if (s->verdict == 2)
        return bpf_msg_redirect_map(msg, &targets, s->key, s->flags);
    return s->verdict;
}

static int verdict(struct __sk_buff *skb)
{
    if (verdicts < STEPS)
        lengths[verdicts] = skb->len;
    verdicts++;
    if (stream.verdict == 2)
        return bpf_sk_redirect_map(skb, &targets, stream.key, stream.flags);
    return stream.verdict;
}

SEC("sk_skb/stream_verdict")
int on_message(struct __sk_buff *skb)
{
    return verdict(skb);
}

SEC("sk_skb/verdict")
int on_buffer(struct __sk_buff *skb)
{
    return verdict(skb);
}

SEC("sk_skb/stream_parser")
int parse(struct __sk_buff *skb)
{
    __u8 first;

    parses++;
    if (parse_as)
        return parse_as;
    if (bpf_skb_load_bytes(skb, 0, &first, 1))
        return 0;
    return first;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
