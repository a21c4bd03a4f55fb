/*
 * Asks the running kernel what it thinks of programs: loads each one and runs it on a packet. Needs root. On a kernel without
 * types (CONFIG_DEBUG_INFO_BTF) no program may call kernel functions.
 *
 *   cc -O2 -o kernel-peer kernel-peer.c
 *
 * Talks over standard input and output, little-endian, one request after the other:
 *
 *   request   u8 type, u8 log level, u16 functions, u32 slots, u16 packet bytes, u8 hash entries, u8 0,
 *             the functions' first slots (u32 each), the instructions, packet, "array" (192), "one" (64), hash entries (24 each)
 *   answer    i32 0 or -errno of BPF_PROG_LOAD, u32 bytes of log, log; if it was loaded and no log was wanted:
 *             i32 0 or -errno of BPF_PROG_TEST_RUN, u32 retval, u32 packet bytes, packet, "array", "one",
 *             u32 hash entries, those in the order of their keys, u32 entries of the queue (8 bytes each), those
 *
 * Maps in instructions are numbers into the list below, kfuncs into KFUNCS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ARRAY, HASH, ONE, PERCPU, LRU, QUEUE, PROGRAMS, RING, READ_ONLY, MAPS };
static const struct { int type, key, value, entries, flags; } SHAPES[MAPS] = {
	{BPF_MAP_TYPE_ARRAY, 4, 48, 4, 0},       {BPF_MAP_TYPE_HASH, 8, 16, 8, 0},     {BPF_MAP_TYPE_ARRAY, 4, 64, 1, 0},
	{BPF_MAP_TYPE_PERCPU_ARRAY, 4, 24, 2, 0}, {BPF_MAP_TYPE_LRU_HASH, 4, 8, 64, 0}, {BPF_MAP_TYPE_QUEUE, 0, 8, 4, 0},
	{BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 2, 0},   {BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0}, {BPF_MAP_TYPE_ARRAY, 4, 16, 1, BPF_F_RDONLY_PROG},
};
static const char *KFUNCS[] = {"bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy", "bpf_dynptr_size"};
static int kfunc_ids[4];
static int fds[MAPS];
/* A program array belongs to the type of the first program that refers to it. */
static int program_arrays[32];
static char log_buffer[1 << 24];

static long sys_bpf(int command, union bpf_attr *attr)
{
	long r = syscall(__NR_bpf, command, attr, sizeof *attr);
	return r < 0 ? -errno : r;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void get(void *to, size_t n)
{
	if (n && fread(to, 1, n, stdin) != n)
		exit(0);
}

static void put(const void *from, size_t n)
{
	if (n && fwrite(from, 1, n, stdout) != n)
		exit(1);
}

static void put32(int32_t v) { put(&v, 4); }

/* The ids of the kernel's functions. */
static void find_kfuncs(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY);
	struct stat st;
	if (fd < 0)
		return; /* without types there are no kernel functions */
	if (fstat(fd, &st))
		die("vmlinux BTF");
	char *all = malloc(st.st_size);
	for (size_t at = 0; at < (size_t)st.st_size;) {
		ssize_t n = read(fd, all + at, st.st_size - at);
		if (n <= 0)
			die("vmlinux BTF");
		at += n;
	}
	struct btf_header *h = (void *)all;
	char *types = all + h->hdr_len + h->type_off, *strings = all + h->hdr_len + h->str_off;
	int id = 1;
	for (char *at = types; at < types + h->type_len; id++) {
		struct btf_type *t = (void *)at;
		unsigned n = BTF_INFO_VLEN(t->info);
		at += sizeof *t;
		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_INT: case BTF_KIND_VAR: case BTF_KIND_DECL_TAG: at += 4; break;
		case BTF_KIND_ARRAY: at += sizeof(struct btf_array); break;
		case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_DATASEC: at += 12 * n; break;
		case BTF_KIND_ENUM: case BTF_KIND_FUNC_PROTO: at += 8 * n; break;
		case 19: at += 12 * n; break; /* BTF_KIND_ENUM64 */
		case BTF_KIND_FUNC:
			for (int i = 0; i < 4; i++)
				if (!strcmp(strings + t->name_off, KFUNCS[i]))
					kfunc_ids[i] = id;
		}
	}
	free(all);
	close(fd);
}

static void make_maps(void)
{
	for (int i = 0; i < MAPS; i++) {
		union bpf_attr a = {.map_type = SHAPES[i].type, .key_size = SHAPES[i].key, .value_size = SHAPES[i].value,
				    .max_entries = SHAPES[i].entries, .map_flags = SHAPES[i].flags};
		fds[i] = sys_bpf(BPF_MAP_CREATE, &a);
		if (fds[i] < 0)
			die("map");
		for (int type = 0; i == PROGRAMS && type < 32; type++)
			program_arrays[type] = sys_bpf(BPF_MAP_CREATE, &a);
	}
}

/* Records are nobody's business: all of them count as read. */
static void empty_ring(void)
{
	static volatile uint64_t *consumer;
	static const volatile uint64_t *producer;
	if (!consumer) {
		consumer = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fds[RING], 0);
		producer = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fds[RING], 4096);
		if (consumer == MAP_FAILED || producer == MAP_FAILED)
			die("ring");
	}
	*consumer = *producer;
}

static long update(int map, const void *key, const void *value)
{
	union bpf_attr a = {.map_fd = fds[map], .key = (uintptr_t)key, .value = (uintptr_t)value};
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &a);
}

static long lookup(int command, int map, const void *key, void *value)
{
	union bpf_attr a = {.map_fd = fds[map], .key = (uintptr_t)key, .value = (uintptr_t)value};
	return sys_bpf(command, &a);
}

static void clear(int map)
{
	uint8_t key[8];
	while (1) {
		union bpf_attr a = {.map_fd = fds[map], .next_key = (uintptr_t)key};
		if (sys_bpf(BPF_MAP_GET_NEXT_KEY, &a))
			return;
		union bpf_attr d = {.map_fd = fds[map], .key = (uintptr_t)key};
		sys_bpf(BPF_MAP_DELETE_ELEM, &d);
	}
}

/* Static functions must have types, or they cannot be callbacks: int f(). */
static int make_btf(int functions)
{
	struct { struct btf_header h; uint32_t types[4 + 3 + 3 * 64]; char strings[64 * 4 + 16]; } b = {0};
	char *s = b.strings;
	int strings = 1, n = 0;
	uint32_t *t = b.types;
	strcpy(s + strings, "int");
	t[n++] = strings; t[n++] = BTF_KIND_INT << 24; t[n++] = 4; t[n++] = BTF_INT_SIGNED << 24 | 32;
	strings += 4;
	t[n++] = 0; t[n++] = BTF_KIND_FUNC_PROTO << 24; t[n++] = 1;
	for (int i = 0; i < functions; i++) {
		t[n++] = strings;
		t[n++] = BTF_KIND_FUNC << 24 | (i == 0 ? BTF_FUNC_GLOBAL : BTF_FUNC_STATIC);
		t[n++] = 2;
		strings += sprintf(s + strings, "f%d", i) + 1;
	}
	char packed[sizeof b];
	b.h = (struct btf_header){.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof b.h, .type_len = 4 * n,
				  .str_off = 4 * n, .str_len = strings};
	memcpy(packed, &b.h, sizeof b.h);
	memcpy(packed + sizeof b.h, t, 4 * n);
	memcpy(packed + sizeof b.h + 4 * n, s, strings);
	union bpf_attr a = {.btf = (uintptr_t)packed, .btf_size = sizeof b.h + 4 * n + strings};
	int fd = sys_bpf(BPF_BTF_LOAD, &a);
	if (fd < 0)
		die("btf");
	return fd;
}

static int btf_fds[65];

struct request { uint8_t type, level; uint16_t functions; uint32_t slots; uint16_t packet; uint8_t entries, zero; };

int main(void)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	setrlimit(RLIMIT_MEMLOCK, &all);
	cpu_set_t cpu;
	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	sched_setaffinity(0, sizeof cpu, &cpu);
	find_kfuncs();
	make_maps();
	static struct bpf_insn code[1 << 16];
	static uint32_t starts[1 << 16];
	static uint8_t packet[4096], out[8192], array[192], one[64], entries[24 * 256];
	while (1) {
		struct request r;
		get(&r, sizeof r);
		if (r.slots > 1 << 16 || r.packet > sizeof packet)
			exit(2);
		get(starts, 4 * r.functions);
		get(code, 8 * r.slots);
		get(packet, r.packet);
		get(array, sizeof array);
		get(one, sizeof one);
		get(entries, 24 * r.entries);
		for (unsigned i = 0; i < r.slots; i++) {
			if (code[i].code == (BPF_LD | BPF_IMM | BPF_DW)) {
				unsigned map = code[i].imm;
				if ((code[i].src_reg == BPF_PSEUDO_MAP_FD || code[i].src_reg == BPF_PSEUDO_MAP_VALUE) && map < MAPS)
					code[i].imm = map == PROGRAMS ? program_arrays[r.type & 31] : fds[map];
				i++;
			} else if (code[i].code == (BPF_JMP | BPF_CALL) && code[i].src_reg == BPF_PSEUDO_KFUNC_CALL
				   && (unsigned)code[i].imm < 4)
				code[i].imm = kfunc_ids[code[i].imm];
		}
		struct bpf_func_info info[64];
		union bpf_attr a = {.prog_type = r.type, .insn_cnt = r.slots, .insns = (uintptr_t)code, .license = (uintptr_t) "GPL"};
		if (r.functions > 1 && r.functions <= 64) {
			if (!btf_fds[r.functions])
				btf_fds[r.functions] = make_btf(r.functions);
			for (int i = 0; i < r.functions; i++)
				info[i] = (struct bpf_func_info){.insn_off = starts[i], .type_id = 3 + i};
			a.prog_btf_fd = btf_fds[r.functions];
			a.func_info_rec_size = sizeof info[0];
			a.func_info = (uintptr_t)info;
			a.func_info_cnt = r.functions;
		}
		if (r.level) {
			log_buffer[0] = 0;
			a.log_level = r.level;
			a.log_buf = (uintptr_t)log_buffer;
			a.log_size = sizeof log_buffer;
		}
		int fd = sys_bpf(BPF_PROG_LOAD, &a);
		put32(fd < 0 ? fd : 0);
		uint32_t log = r.level ? strlen(log_buffer) : 0;
		put32(log);
		put(log_buffer, log);
		if (fd >= 0 && !r.level) {
			for (int i = 0; i < 4; i++)
				update(ARRAY, &i, array + 48 * i);
			int zero = 0;
			update(ONE, &zero, one);
			for (int i = 0; i < r.entries; i++)
				update(HASH, entries + 24 * i, entries + 24 * i + 8);
			uint8_t nothing[2 * 24 + 64] = {0};
			for (int i = 0; i < 2; i++)
				update(PERCPU, &i, nothing);
			union bpf_attr t = {.test = {.prog_fd = fd, .data_size_in = r.packet, .data_in = (uintptr_t)packet,
						     .data_size_out = sizeof out, .data_out = (uintptr_t)out, .repeat = 1}};
			int run = sys_bpf(BPF_PROG_TEST_RUN, &t);
			put32(run);
			put32(t.test.retval);
			uint32_t n = run ? 0 : t.test.data_size_out;
			put32(n);
			put(out, n);
			for (int i = 0; i < 4; i++) {
				lookup(BPF_MAP_LOOKUP_ELEM, ARRAY, &i, array + 48 * i);
			}
			lookup(BPF_MAP_LOOKUP_ELEM, ONE, &zero, one);
			put(array, sizeof array);
			put(one, sizeof one);
			uint64_t keys[16];
			int count = 0;
			uint64_t *previous = NULL;
			while (count < 16) {
				union bpf_attr k = {.map_fd = fds[HASH], .key = (uintptr_t)previous, .next_key = (uintptr_t)&keys[count]};
				if (sys_bpf(BPF_MAP_GET_NEXT_KEY, &k))
					break;
				previous = &keys[count++];
			}
			for (int i = 1; i < count; i++)
				for (int j = i; j > 0 && memcmp(&keys[j - 1], &keys[j], 8) > 0; j--) {
					uint64_t swap = keys[j];
					keys[j] = keys[j - 1];
					keys[j - 1] = swap;
				}
			put32(count);
			for (int i = 0; i < count; i++) {
				uint64_t value[2];
				lookup(BPF_MAP_LOOKUP_ELEM, HASH, &keys[i], value);
				put(&keys[i], 8);
				put(value, 16);
			}
			uint64_t queued[8];
			int q = 0;
			while (q < 8 && !lookup(BPF_MAP_LOOKUP_AND_DELETE_ELEM, QUEUE, NULL, &queued[q]))
				q++;
			put32(q);
			put(queued, 8 * q);
			clear(HASH);
			clear(LRU);
			empty_ring();
		}
		if (fd >= 0)
			close(fd);
		fflush(stdout);
	}
}
