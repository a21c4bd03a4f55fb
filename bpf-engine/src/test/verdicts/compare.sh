#!/usr/bin/env bash
# Compares our verdicts with those that a kernel gave on the same programs: Linux's own verifier and TCP selftests.
#
#   compare.sh OUT [clang14-v3 | clang19-v4]
#
# The programs are built into OUT from Debian's linux-source-6.12 (nothing of them is kept here); types are those of the
# running kernel. The tables beside this script were recorded on Linux 6.18 with the same sources. Ends with a line
#   agree N, wrongly accepted N, wrongly refused N, ...
# and fails if that is worse than what the table "least" below demands.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
module=$here/../../..
mkdir -p "$1"
out=$(cd "$1" && pwd)
table=${2:-clang14-v3}
case $table in
  clang14-v3) clang=clang; cpu=v3; least=99.8 ;;
  clang19-v4) clang=clang-19; cpu=v4; least=99.5 ;;
  *) echo "no verdicts for $table" >&2; exit 2 ;;
esac
PATH=$PATH:/usr/sbin
for tool in "$clang" bpftool make gcc; do
  command -v "$tool" >/dev/null || { echo "$tool is missing (Debian: clang, bpftool, make, gcc)" >&2; exit 2; }
done
[ -r /sys/kernel/btf/vmlinux ] || { echo "this kernel does not describe its types (/sys/kernel/btf/vmlinux)" >&2; exit 2; }

linux=$out/linux-source-6.12
if [ ! -d "$linux/tools" ]; then
  tar -C "$out" -xf /usr/src/linux-source-6.12.tar.xz linux-source-6.12/{tools,scripts,samples/bpf,include/uapi}
fi
selftests=$linux/tools/testing/selftests/bpf
if [ ! -d "$out/libbpf/usr/include/bpf" ]; then
  mkdir -p "$out/libbpf"
  make -s -C "$linux/tools/lib/bpf" OUTPUT="$out/libbpf/" DESTDIR="$out/libbpf" prefix=/usr install_headers >/dev/null
fi
mkdir -p "$out"/include/{linux,uapi} "$out/$table"/{tcp,samples,verifier}
[ -s "$out/include/vmlinux.h" ] || bpftool btf dump file /sys/kernel/btf/vmlinux format c >"$out/include/vmlinux.h"
# The samples want kernel headers where user space has others.
ln -sfn "$linux/include/uapi/linux" "$out/include/uapi/linux"
cat >"$out/include/linux/socket.h" <<'H'
#pragma once
#include_next <linux/socket.h>
#include <asm/socket.h>
#define AF_INET 2
#define AF_INET6 10
#define SOL_IP 0
#define SOL_TCP 6
#define SOL_IPV6 41
H

compile() { # set, source
  local object=$out/$table/$1/$(basename "$2" .c).o
  [ -e "$object" ] || "$clang" -target bpf -g -O2 -mcpu="$cpu" -mlittle-endian -D__TARGET_ARCH_x86 -DENABLE_ATOMICS_TESTS \
    -DBPF_NO_KFUNC_PROTOTYPES -I"$out/include" -I"$out/libbpf/usr/include" -I"$selftests" -I"$selftests/progs" \
    -I"$linux/tools/include/uapi" -idirafter "/usr/include/$(uname -m)-linux-gnu" -idirafter /usr/include \
    -Wno-compare-distinct-pointer-types -c "$2" -o "$object" 2>/dev/null || true
}
# Which programs: those that the table has.
tail -n +2 "$here/$table.tsv" | cut -f1,2 | sort -u | while read -r set object; do
  name=${object%.o}
  if [ -e "$linux/samples/bpf/$name.c" ]; then
    compile samples "$linux/samples/bpf/$name.c"
  else
    compile "$set" "$selftests/progs/$name.c"
  fi
done

java -Xss8m -cp "$module/target/classes:$module/target/test-classes" org.bpfsim.bpf.verifier.VerdictComparison \
  "$here/$table.tsv" /sys/kernel/btf/vmlinux "$out/$table" | tee "$out/verdicts.txt"
tail -n 1 "$out/verdicts.txt" | awk -v least="$least" '
  { share = $0; sub(/.*: /, "", share); sub(/%.*/, "", share); accepted = $0; sub(/.*wrongly accepted /, "", accepted) }
  END { exit (share + 0 < least || accepted + 0 > 0) }' || { echo "agreement has fallen below $least%" >&2; exit 1; }
