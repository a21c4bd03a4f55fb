// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
/*
 * sidecar: lets an application and the proxy on its host exchange bytes without TCP between them.
 *
 * A sock_ops program puts both ends of every connection within the host into a sockhash, under the connection's addresses
 * and ports as that end sees them. An sk_msg program, attached to that map, looks at what a socket in it sends and puts it
 * before the reader of the other end: no segments, no ACKs, no softirq on lo. Connections to other hosts are not in the map
 * and go by TCP.
 *
 * Attach the sk_msg program to the map `local`, the sock_ops program to the cgroup of application and proxy.
 */
#include "bpfsim_kernel.h"

struct ends {
    __u32 local_ip[4]; /* the last word alone for IPv4 */
    __u32 remote_ip[4];
    __u32 local_port;  /* both in host byte order */
    __u32 remote_port;
};

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 4096);
    __type(key, struct ends);
    __type(value, __u64);
} local SEC(".maps");

__u64 joined;     /* sockets put into the map */
__u64 redirected; /* bytes that went past TCP */
__u64 by_tcp;     /* bytes of such sockets whose other end was not in the map (yet) */

/*
 * A field of the context. Linux refuses access through a pointer into the context that was computed, which is what clang
 * makes of loads in two branches when it merges them; this keeps each where it is.
 */
#define FIELD(field)               \
    ({                             \
        __u32 value = (field);     \
        barrier_var(value);        \
        value;                     \
    })

SEC("sockops")
int sidecar_join(struct bpf_sock_ops *skops)
{
    struct ends own = {};
    int i;

    skops->reply = (__u32)-1;
    if (skops->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && skops->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
        return 1;
    if (skops->family == AF_INET6) {
        own.local_ip[0] = FIELD(skops->local_ip6[0]);
        own.local_ip[1] = FIELD(skops->local_ip6[1]);
        own.local_ip[2] = FIELD(skops->local_ip6[2]);
        own.local_ip[3] = FIELD(skops->local_ip6[3]);
        own.remote_ip[0] = FIELD(skops->remote_ip6[0]);
        own.remote_ip[1] = FIELD(skops->remote_ip6[1]);
        own.remote_ip[2] = FIELD(skops->remote_ip6[2]);
        own.remote_ip[3] = FIELD(skops->remote_ip6[3]);
    } else {
        own.local_ip[3] = FIELD(skops->local_ip4);
        own.remote_ip[3] = FIELD(skops->remote_ip4);
    }
    for (i = 0; i < 4; i++)
        if (own.local_ip[i] != own.remote_ip[i])
            return 1; /* to another host */
    own.local_port = skops->local_port;
    own.remote_port = bpf_ntohl(skops->remote_port);
    if (!bpf_sock_hash_update(skops, &local, &own, BPF_ANY))
        __sync_fetch_and_add(&joined, 1);
    return 1;
}

SEC("sk_msg")
int sidecar_send(struct sk_msg_md *msg)
{
    struct ends other = {};

    if (msg->family == AF_INET6) {
        other.local_ip[0] = FIELD(msg->remote_ip6[0]);
        other.local_ip[1] = FIELD(msg->remote_ip6[1]);
        other.local_ip[2] = FIELD(msg->remote_ip6[2]);
        other.local_ip[3] = FIELD(msg->remote_ip6[3]);
        other.remote_ip[0] = FIELD(msg->local_ip6[0]);
        other.remote_ip[1] = FIELD(msg->local_ip6[1]);
        other.remote_ip[2] = FIELD(msg->local_ip6[2]);
        other.remote_ip[3] = FIELD(msg->local_ip6[3]);
    } else {
        other.local_ip[3] = FIELD(msg->remote_ip4);
        other.remote_ip[3] = FIELD(msg->local_ip4);
    }
    other.local_port = bpf_ntohl(msg->remote_port);
    other.remote_port = msg->local_port;
    /* Where the other end is not in the map (it joins with the handshake's last ACK), the message goes by TCP. */
    if (bpf_msg_redirect_hash(msg, &local, &other, BPF_F_INGRESS) == SK_PASS)
        __sync_fetch_and_add(&redirected, msg->size);
    else
        __sync_fetch_and_add(&by_tcp, msg->size);
    return SK_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
