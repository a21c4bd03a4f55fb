/* SPDX-License-Identifier: Apache-2.0 */
/* The UAPI that programs on sockets use (Linux: include/uapi/linux/bpf.h). */
#pragma once
#include <stdbool.h>

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

enum { BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_SOCKMAP = 15, BPF_MAP_TYPE_SOCKHASH = 18,
       BPF_MAP_TYPE_CGROUP_STORAGE = 19, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21, BPF_MAP_TYPE_SK_STORAGE = 24,
       BPF_MAP_TYPE_USER_RINGBUF = 31 };
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_INGRESS = 1 };
enum { SK_DROP = 0, SK_PASS = 1 };

struct bpf_sock {
	__u32 bound_dev_if, family, type, protocol, mark, priority, src_ip4, src_ip6[4], src_port;
	__be16 dst_port, : 16;
	__u32 dst_ip4, dst_ip6[4], state;
	__s32 rx_queue_mapping;
};

struct sk_msg_md {
	union { void *data; __u64 : 64; } __attribute__((aligned(8)));
	union { void *data_end; __u64 : 64; } __attribute__((aligned(8)));
	__u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port, size;
	union { struct bpf_sock *sk; __u64 : 64; } __attribute__((aligned(8)));
};

struct __sk_buff {
	__u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority, ingress_ifindex,
		ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id, family, remote_ip4, local_ip4,
		remote_ip6[4], local_ip6[4], remote_port, local_port;
};

struct bpf_sockopt {
	union { struct bpf_sock *sk; __u64 : 64; } __attribute__((aligned(8)));
	union { void *optval; __u64 : 64; } __attribute__((aligned(8)));
	union { void *optval_end; __u64 : 64; } __attribute__((aligned(8)));
	__s32 level, optname, optlen, retval;
};
