// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * distance_tune: a sock_ops program that suits a connection to the distance between its ends.
 *
 * Our addresses tell where a host stands: 2001:db8:POD:RACK::HOST, or 10.POD.RACK.HOST. Short paths get a larger
 * initial window (the fabric can take it) and a SYN retransmission timer of a few milliseconds instead of a second;
 * buffers follow the bandwidth-delay product of the path.
 *
 * Attach to the cgroup of both ends (BPF_CGROUP_SOCK_OPS). The tables below are .rodata: a loader may set them
 * before the program is loaded. An entry of zero leaves Linux's own default alone.
 */
#include "distance.h"

const volatile __u32 initial_window[DISTANCES] = {40, 32, 20};     /* segments of the sender's first flight */
const volatile __u32 initial_rwnd[DISTANCES] = {40, 40, 40};       /* segments that the receiver offers first */
const volatile __u32 syn_rto_ms[DISTANCES] = {5, 10, 20};          /* until the first SYN or SYN-ACK is repeated */
const volatile __u32 send_buffer[DISTANCES] = {131072, 262144, 524288};    /* bytes, before Linux doubles them */
const volatile __u32 receive_buffer[DISTANCES] = {0, 0, 0};        /* bytes; zero: left to receive buffer tuning */

/* How many connections (each end counts) were seen at each distance; others are at index DISTANCES. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, DISTANCES + 1);
    __type(key, __u32);
    __type(value, __u64);
} connections SEC(".maps");

static __always_inline void count(__u32 distance)
{
    __u64 *n = bpf_map_lookup_elem(&connections, &distance);

    if (n)
        __sync_fetch_and_add(n, 1);
}

SEC("sockops")
int distance_tune(struct bpf_sock_ops *skops)
{
    __u32 distance = distance_of(skops);
    __u32 op = skops->op;

    skops->reply = (__u32)-1; /* "no opinion" to every question that is not answered below */
    if (op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
        count(distance);
    if (distance >= DISTANCES)
        return 1;

    switch (op) {
    case BPF_SOCK_OPS_TIMEOUT_INIT:
        if (syn_rto_ms[distance])
            skops->reply = ms_to_jiffies(syn_rto_ms[distance]);
        break;
    case BPF_SOCK_OPS_RWND_INIT:
        if (initial_rwnd[distance])
            skops->reply = initial_rwnd[distance];
        break;
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
        /* Before the SYN: the receive buffer decides the window scale that it announces. */
        set_option(skops, SOL_SOCKET, SO_SNDBUF, send_buffer[distance]);
        set_option(skops, SOL_SOCKET, SO_RCVBUF, receive_buffer[distance]);
        break;
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        set_option(skops, SOL_SOCKET, SO_SNDBUF, send_buffer[distance]);
        set_option(skops, SOL_SOCKET, SO_RCVBUF, receive_buffer[distance]);
        set_option(skops, SOL_TCP, TCP_BPF_IW, initial_window[distance]);
        break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
        set_option(skops, SOL_TCP, TCP_BPF_IW, initial_window[distance]);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
