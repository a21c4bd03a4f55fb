/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs alarms.script on the running kernel and prints it with what came of each line (root; libbpf 1.0 or later):
 *
 *   cc -O2 -o recorder alarms-recorder.c -lbpf -lelf -lz && ./recorder alarms.bpf.o alarms.script
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct action {
	unsigned op, map, key, flags;
	unsigned long long ns;
};

static struct bpf_object *object;
static const char *maps[] = {"array", "hash", "malloced", "lru"};
static int closed;

static void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static int variable(const char *name, int *size)
{
	struct btf *btf = bpf_object__btf(object);
	for (unsigned id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		if ((t->info >> 24 & 31) != 15 || strcmp(btf__name_by_offset(btf, t->name_off), ".bss"))
			continue;
		*size = t->size;
		const unsigned *v = (const unsigned *)(t + 1);
		for (int i = 0; i < (int)(t->info & 0xffff); i++, v += 3) {
			const struct btf_type *var = btf__type_by_id(btf, v[0]);
			if (!strcmp(btf__name_by_offset(btf, var->name_off), name))
				return v[1];
		}
	}
	die(name);
	return 0;
}

static void bss(const char *name, void *data, int bytes, int write)
{
	int size, offset = variable(name, &size), fd = bpf_object__find_map_fd_by_name(object, ".bss"), key = 0;
	char *all = malloc(size);
	if (bpf_map_lookup_elem(fd, &key, all))
		die("cannot read .bss");
	memcpy(write ? all + offset : data, write ? data : all + offset, bytes);
	if (write && bpf_map_update_elem(fd, &key, all, 0))
		die("cannot write .bss");
	free(all);
}

static struct action parse(char *text)
{
	static const char *ops[] = {"", "init", "set", "start", "cancel", "update", "delete", "abs"};
	struct action a = {};
	char op[16] = "", map[16] = "";
	unsigned long long numbers[3] = {};
	sscanf(text, "%15s %15s %llu %llu %llu", op, map, &numbers[0], &numbers[1], &numbers[2]);
	for (int i = 1; i < 8; i++)
		if (!strcmp(op, ops[i]))
			a.op = i;
	for (int i = 0; i < 4; i++)
		if (!strcmp(map, maps[i]))
			a.map = i;
	a.key = numbers[0];
	a.flags = a.op == 3 ? numbers[2] : numbers[1];
	a.ns = numbers[1];
	return a;
}

static int user(char *text)
{
	char op[16], map[16];
	unsigned key = 0;
	char value[32] = {7};
	sscanf(text, "%15s %15s %u", op, map, &key);
	int fd = bpf_object__find_map_fd_by_name(object, map);
	if (!strcmp(op, "close")) {
		closed = 1;
		return close(fd);
	}
	int error = !strcmp(op, "update") ? bpf_map_update_elem(fd, &key, value, 0) : bpf_map_delete_elem(fd, &key);
	return error;
}

int main(int argc, char **argv)
{
	char line[256], packet[64] = {};
	unsigned seen = 0;
	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object))
		die("cannot load");
	int program = bpf_program__fd(bpf_object__find_program_by_name(object, "step"));
	FILE *script = fopen(argv[2], "r");
	while (fgets(line, sizeof line, script)) {
		line[strcspn(line, "\n")] = 0;
		char *old = strstr(line, " =");
		if (old && line[0] != '#')
			*old = 0;
		if (line[0] == '#' || !line[0]) {
			printf("%s\n", line);
		} else if (!strncmp(line, "then ", 5)) {
			struct action a = parse(line + 5);
			bss("then", &a, sizeof a, 1);
			printf("%s\n", line);
		} else if (!strncmp(line, "user ", 5)) {
			printf("%s = %d\n", line, user(line + 5));
		} else if (!strncmp(line, "wait ", 5)) {
			unsigned fired, who[16], before[16];
			int did[16];
			usleep(1000 * atoi(line + 5));
			bss("fired", &fired, 4, 0);
			bss("who", who, 64, 0);
			bss("before", before, 64, 0);
			bss("did", did, 64, 0);
			printf("%s =", line);
			for (; seen < fired; seen++)
				printf(" %s:%u:%u:%d", maps[who[seen & 15] >> 8], who[seen & 15] & 255, before[seen & 15],
				       did[seen & 15]);
			printf("\n");
		} else {
			struct action a = parse(line);
			int result;
			LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof packet, .repeat = 1);
			bss("now", &a, sizeof a, 1);
			if (bpf_prog_test_run_opts(program, &opts))
				die("cannot run");
			bss("result", &result, 4, 0);
			printf("%s = %d\n", line, result);
		}
	}
	return 0;
}
