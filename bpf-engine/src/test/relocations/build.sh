#!/usr/bin/env bash
# Builds Linux's own selftests of CO-RE relocations: programs (test_core_reloc_*) and the types that they are to be relocated for
# (btf__core_reloc_*).
#
#   build.sh LINUX LIBBPF_HEADERS OUT
#
# Needs clang-19: the numbers of types in the table are those that it gives.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,7p' "$0"; exit 2; }
selftests=$1/tools/testing/selftests/bpf
headers=$2
out=$3
mkdir -p "$out"
export selftests headers out
compile() {
  clang-19 -target bpf -g -O2 -mcpu=v3 -mlittle-endian -D__TARGET_ARCH_x86 -I"$headers" -I"$selftests" -I"$selftests/progs" \
    -idirafter "/usr/include/$(uname -m)-linux-gnu" -c "$1" -o "$out/$(basename "$1" .c).o"
}
export -f compile
# The two left out ask for types of the running kernel.
printf '%s\n' "$selftests"/progs/{test_core_reloc,btf__core_reloc}_*.c | grep -v 'test_core_reloc_\(kernel\|module\)\.c' \
  | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
