/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of cgroups, and a ring buffer that a user fills. */
#include "socket.h"

char _license[] SEC("license") = "Dual BSD/GPL";

struct bpf_cgroup_storage_key {
	__u64 cgroup_inode_id;
	__u32 attach_type;
};

struct bpf_dynptr {
	__u64 opaque[2];
} __attribute__((aligned(8)));

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} own SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, __u64);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} samples SEC(".maps");

static __always_inline void count(void)
{
	__u64 *mine = bpf_get_local_storage(&own, 0), *ours = bpf_get_local_storage(&shared, 0);

	*mine += 1;
	*ours += 1;
}

SEC("cgroup/setsockopt")
int set(struct bpf_sockopt *ctx)
{
	count();
	return 1;
}

SEC("cgroup/getsockopt")
int get(struct bpf_sockopt *ctx)
{
	count();
	return 1;
}

__u32 sum, taken, wrong_flags, last_size;

static long take(struct bpf_dynptr *sample, void *context)
{
	__u32 value = 0;

	bpf_dynptr_read(&value, sizeof(value), sample, 0, 0);
	sum += value;
	return value == 99;
}

SEC("cgroup/getsockopt")
int drain(struct bpf_sockopt *ctx)
{
	wrong_flags = bpf_user_ringbuf_drain(&samples, take, 0, 4);
	taken = bpf_user_ringbuf_drain(&samples, take, 0, 0);
	return 1;
}
