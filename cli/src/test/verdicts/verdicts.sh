#!/usr/bin/env bash
# Compares our verdicts with those that a kernel gave on the same programs: Linux's own verifier selftests, TCP selftests and
# samples; its other selftests.
#
#   verdicts.sh OUT [clang14-v3 | clang19-v4 | clang19-v4-others]
#
# The programs are built into OUT from Debian's linux-source-6.12; nothing of them is kept here. Types are those of the running
# kernel, or, where it hides them, of the newest linux-image-6.12 that apt-get can download (then a few verdicts may differ:
# those that were recorded are of Linux 6.18). The last line is the summary. Fails when anything is accepted that Linux refuses,
# or when we disagree anywhere that disagreements.tsv does not list. Needs our classes: mvn test-compile, or CLASS_PATH.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,11p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../../..
mkdir -p "$1"
out=$(cd "$1" && pwd)
table=${2:-clang14-v3}
case $table in
  clang14-v3) clang=clang; cpu=v3 ;;
  clang19-v4 | clang19-v4-others) clang=clang-19; cpu=v4 ;;
  *) echo "there are no verdicts for $table" >&2; exit 2 ;;
esac
PATH=$PATH:/usr/sbin
for tool in "$clang" bpftool make gcc xz; do
  command -v "$tool" >/dev/null || { echo "$tool is missing (Debian: $clang bpftool make gcc xz-utils)" >&2; exit 2; }
done
sources=/usr/src/linux-source-6.12.tar.xz
[ -r "$sources" ] || { echo "$sources is missing (Debian: linux-source-6.12)" >&2; exit 2; }

linux=$out/linux-source-6.12
if [ ! -e "$linux/.complete" ]; then
  tar -C "$out" -xf "$sources" linux-source-6.12/{tools/lib,tools/include,tools/build,tools/scripts} \
    linux-source-6.12/tools/testing/selftests/bpf linux-source-6.12/{scripts,samples/bpf,include/uapi}
  touch "$linux/.complete"
fi

# --- the kernel's types
other=()
btf=${BTF:-/sys/kernel/btf/vmlinux}
# The verdicts are of a 6.18: with the types of another kernel a few differ, and only a share of them is held to.
case $(uname -r) in
  6.18.*) ;;
  *) other=(--other-kernel) ;;
esac
if [ ! -r "$btf" ]; then
  btf=$out/vmlinux.btf
  other=(--other-kernel)
  if [ ! -s "$btf" ]; then
    image=$(apt-cache pkgnames linux-image-6.12. 2>/dev/null | grep -- '-cloud-amd64$\|-amd64$' | grep -v 'unsigned\|-rt-' | sort -V | tail -1)
    rm -rf "$out/image" && mkdir -p "$out/image"
    if [ -z "$image" ] || ! (cd "$out/image" && apt-get download -qq "$image" >/dev/null && dpkg-deb -x ./*.deb .); then
      echo "SKIPPED: the verdicts of Linux's programs were NOT compared: this kernel hides its types" \
        "(/sys/kernel/btf/vmlinux), and no linux-image-6.12 can be downloaded" >&2
      exit 0
    fi
    bash "$linux/scripts/extract-vmlinux" "$out"/image/boot/vmlinuz-* >"$out/vmlinux"
    objcopy --dump-section .BTF="$btf" "$out/vmlinux" /dev/null
  fi
fi

# --- the programs
selftests=$linux/tools/testing/selftests/bpf
if [ ! -d "$out/libbpf/usr/include/bpf" ]; then
  mkdir -p "$out/libbpf"
  make -s -C "$linux/tools/lib/bpf" OUTPUT="$out/libbpf/" DESTDIR="$out/libbpf" prefix=/usr install_headers >/dev/null
fi
corpus=$out/$table
mkdir -p "$out"/include/{linux,uapi} "$corpus"/{tcp,samples,verifier,other}
[ -s "$out/include/vmlinux.h" ] || bpftool btf dump file "$btf" format c >"$out/include/vmlinux.h"
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

compile() { # set/object
  local set=${1%/*} name object
  name=$(basename "$1" .o)
  local source=$selftests/progs/$name.c
  if [ -e "$linux/samples/bpf/$name.c" ]; then
    set=samples
    source=$linux/samples/bpf/$name.c
  fi
  object=$corpus/$set/$name.o
  [ -e "$object" ] || "$clang" -target bpf -g -O2 -mcpu="$cpu" -mlittle-endian -D__TARGET_ARCH_x86 -DENABLE_ATOMICS_TESTS \
    -DBPF_NO_KFUNC_PROTOTYPES -I"$out/include" -I"$out/libbpf/usr/include" -I"$selftests" -I"$selftests/progs" \
    -I"$linux/tools/include/uapi" -idirafter "/usr/include/$(uname -m)-linux-gnu" -idirafter /usr/include \
    -Wno-compare-distinct-pointer-types -c "$source" -o "$object" 2>/dev/null || echo "does not compile: $name" >&2
}
export -f compile
export clang cpu linux selftests corpus out
# Which programs: those that the tables have.
{
  grep -v '^#' "$here/$table.tsv" | tail -n +2 | cut -f1,2 | tr '\t' /
  if [ -e "$here/$table.objects.tsv" ]; then
    grep -v '^#' "$here/$table.objects.tsv" | tail -n +2 | cut -f1 | sed 's#^#tcp/#'
  fi
} | sort -u | xargs -P "$(nproc)" -I{} bash -c 'compile {}'

classes=${CLASS_PATH:-$(printf "$root/%s/target/classes:" sim-core bpf-engine tcp-model scenarios reports cli)$root/cli/target/test-classes:$root/cli/target/lib/*}
java -Xss8m -cp "$classes" org.bpfsim.cli.KernelVerdicts "$here" "$table" "$btf" "$corpus" "${other[@]}"
