/* SPDX-License-Identifier: Apache-2.0 */
/* As objects were before BTF: maps in SEC("maps"). The build keeps no BTF of it. */
#define SEC(name) __attribute__((section(name), used))
typedef unsigned int __u32;

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") first = { .type = 2, .key_size = 4, .value_size = 4, .max_entries = 2 };
struct bpf_map_def SEC("maps") second = { .type = 1, .key_size = 4, .value_size = 8, .max_entries = 5, .map_flags = 1 };

static void *(*lookup)(void *map, const void *key) = (void *)1;
static long (*trace_printk)(const char *format, __u32 size, ...) = (void *)6;

struct bpf_sock_ops {
	__u32 op;
	__u32 reply;
};

SEC("sockops")
int bpf_legacy(struct bpf_sock_ops *ctx)
{
	char text[] = "legacy %d\n";
	__u32 key = 1;
	__u32 *value = lookup(&first, &key);

	if (value)
		*value = ctx->op;
	if (lookup(&second, &key))
		return 0;
	trace_printk(text, sizeof(text), ctx->op);
	return 1;
}

char _license[] SEC("license") = "GPL";
