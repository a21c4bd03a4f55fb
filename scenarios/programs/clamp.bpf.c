// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * clamp: a sock_ops program that holds what a connection may have on its way to a few bandwidth-delay products.
 *
 * A connection needs no more than the product of rate and round-trip time to fill a path; whatever else it sends waits in
 * a queue. Where the distance is known, so is the product. The receiver can say so in its window, the sender can hold its
 * own congestion window; each is a table here, and zero leaves Linux alone.
 *
 * A window clamp alone does not last: receive buffer tuning raises it with the buffer ("make the window clamp follow along",
 * tcp_rcv_space_adjust() in net/ipv4/tcp_input.c). A receive buffer that is set is left alone, and so is its window.
 */
#include "distance.h"

/* Receiver: segments of the first window offered, and the most it ever offers, in bytes. */
const volatile __u32 first_window[DISTANCES] = {0, 0, 0};
const volatile __u32 window_clamp[DISTANCES] = {0, 0, 0};
/* Receiver: its buffer in bytes, which Linux doubles, and which is then tuned no more. */
const volatile __u32 receive_buffer[DISTANCES] = {0, 0, 0};
/* Sender: the most segments in its congestion window. */
const volatile __u32 cwnd_clamp[DISTANCES] = {0, 0, 0};

SEC("sockops")
int clamp(struct bpf_sock_ops *skops)
{
    __u32 distance = distance_of(skops);

    skops->reply = (__u32)-1;
    if (distance >= DISTANCES)
        return 1;
    switch (skops->op) {
    case BPF_SOCK_OPS_RWND_INIT:
        if (first_window[distance])
            skops->reply = first_window[distance];
        break;
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
        set_option(skops, SOL_SOCKET, SO_RCVBUF, receive_buffer[distance]);
        break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        set_option(skops, SOL_TCP, TCP_WINDOW_CLAMP, window_clamp[distance]);
        set_option(skops, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, cwnd_clamp[distance]);
        break;
    }
    return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
