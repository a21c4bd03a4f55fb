// SPDX-License-Identifier: Apache-2.0
/*
 * Has libbpf relocate an object for the types of another, and prints what it says: record OBJECT TYPES. Needs libbpf of the
 * version that is recorded; record.sh makes a table of it. The programs are loaded as well, as far as the kernel lets them.
 */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	return vprintf(format, args);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "record OBJECT TYPES\n");
		return 2;
	}
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = argv[2]);
	libbpf_set_print(print);
	struct bpf_object *object = bpf_object__open_file(argv[1], &options);
	if (!object) {
		return 1;
	}
	bpf_object__load(object);
	bpf_object__close(object);
	return 0;
}
