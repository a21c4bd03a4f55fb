#!/bin/sh
# Rebuilds the test objects beside their sources. Needs clang and libbpf-dev; the objects are committed, so that
# nobody else does. The result depends on the compiler's version alone (Debian 12's clang 14).
set -eu
cd "$(dirname "$0")"
for source in *.bpf.c; do
	debug=-g
	[ "$source" = legacy.bpf.c ] && debug=-g0
	"${CLANG:-clang}" -target bpf "$debug" -O2 -mcpu=v3 -mlittle-endian -Wall -Werror -fdebug-prefix-map="$PWD"=. \
		-D__TARGET_ARCH_x86 -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-c "$source" -o "${source%.c}.o"
done
