/* SPDX-License-Identifier: Apache-2.0 */
/* Programs on socket options. */
#include "socket.h"

char _license[] SEC("license") = "Dual BSD/GPL";

struct {
	__s32 level, optname, optlen, retval, room, got_retval;
	__u8 value[8];
} seen;

/* What the program does; -2 leaves a field alone. */
__s32 new_level = -2, new_optname = -2, new_optlen = -2, new_retval = -2;
__s32 first_byte = -2;
__s32 answer = 1;
__u32 runs;

static __always_inline void look(struct bpf_sockopt *ctx)
{
	__u8 *value = ctx->optval, *end = ctx->optval_end;

	runs++;
	seen.level = ctx->level;
	seen.optname = ctx->optname;
	seen.optlen = ctx->optlen;
	seen.room = end - value;
	seen.got_retval = bpf_get_retval();
	if (value + sizeof(seen.value) <= end)
		__builtin_memcpy(seen.value, value, sizeof(seen.value));
	if (first_byte != -2 && value + 1 <= end)
		*value = first_byte;
	if (new_optlen != -2)
		ctx->optlen = new_optlen;
}

SEC("cgroup/setsockopt")
int set(struct bpf_sockopt *ctx)
{
	look(ctx);
	if (new_level != -2)
		ctx->level = new_level;
	if (new_optname != -2)
		ctx->optname = new_optname;
	if (new_retval != -2)
		bpf_set_retval(new_retval);
	return answer != 0;
}

SEC("cgroup/getsockopt")
int get(struct bpf_sockopt *ctx)
{
	look(ctx);
	seen.retval = ctx->retval;
	if (new_retval != -2)
		ctx->retval = new_retval;
	return answer != 0;
}
