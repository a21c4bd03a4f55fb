/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause */
/*
 * How far apart the ends of a connection are, as their addresses tell: 2001:db8:POD:RACK::HOST, or 10.POD.RACK.HOST.
 * A pod may be a datacenter.
 */
#ifndef DISTANCE_H
#define DISTANCE_H

#include "bpfsim_kernel.h"

enum distance {
    SAME_RACK,
    SAME_POD,
    OTHER_POD,
    DISTANCES, /* also: addresses that are not ours */
};

/* From POD:RACK of both ends, in host byte order. */
static __always_inline __u32 compare_places(__u32 local_pod, __u32 local_rack, __u32 remote_pod, __u32 remote_rack)
{
    if (local_pod != remote_pod)
        return OTHER_POD;
    return local_rack == remote_rack ? SAME_RACK : SAME_POD;
}

static __always_inline __u32 distance_of(struct bpf_sock_ops *skops)
{
    if (skops->family == AF_INET6) {
        __u32 local = bpf_ntohl(skops->local_ip6[1]);
        __u32 remote = bpf_ntohl(skops->remote_ip6[1]);

        if (skops->local_ip6[0] != bpf_htonl(0x20010db8) || skops->remote_ip6[0] != bpf_htonl(0x20010db8))
            return DISTANCES;
        return compare_places(local >> 16, local & 0xffff, remote >> 16, remote & 0xffff);
    }
    if (skops->family == AF_INET) {
        __u32 local = bpf_ntohl(skops->local_ip4);
        __u32 remote = bpf_ntohl(skops->remote_ip4);

        if (local >> 24 != 10 || remote >> 24 != 10)
            return DISTANCES;
        return compare_places(local >> 16 & 0xff, local >> 8 & 0xff, remote >> 16 & 0xff, remote >> 8 & 0xff);
    }
    return DISTANCES;
}

/* Sets an integer option; zero leaves Linux's own value alone. */
static __always_inline void set_option(struct bpf_sock_ops *skops, int level, int name, __u32 value)
{
    int v = value;

    if (v)
        bpf_setsockopt(skops, level, name, &v, sizeof(v));
}

/* An answer to TIMEOUT_INIT, which is in jiffies; rounded up, so that it is never zero. */
static __always_inline __u32 ms_to_jiffies(__u32 ms)
{
    return (ms * (__u32)CONFIG_HZ + 999) / 1000;
}

#endif
