#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Compiles the kernel's own BPF programs, unmodified, for KernelObjectsTest:
#
#   kernel-objects.sh OUT
#
# Sources come from Debian's package linux-source-6.12 (or KERNEL_SOURCE: its tarball or an extracted tree); nothing of
# them is in this repository. Exit status 3, with the reason on standard error, if something that is needed is not
# installed; the test is skipped then.
set -eu
[ $# = 1 ] || { echo "usage: kernel-objects.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
clang=${CLANG:-clang}
source=${KERNEL_SOURCE:-/usr/src/linux-source-6.12.tar.xz}
PATH=$PATH:/usr/sbin

missing() { echo "$1 On Debian 12: apt-get install clang libbpf-dev linux-source-6.12 bpftool" >&2; exit 3; }
command -v "$clang" >/dev/null || missing "$clang is not installed."
[ -e /usr/include/bpf/bpf_helpers.h ] || missing "libbpf's headers are not installed."

if [ -d "$source" ]; then
    kernel=$source
elif [ -r "$source" ]; then
    kernel=$out/linux-source-6.12
    if [ ! -e "$kernel/.extracted" ]; then
        tar -C "$out" -xf "$source" linux-source-6.12/samples/bpf linux-source-6.12/include/uapi/linux \
            linux-source-6.12/tools/include/uapi linux-source-6.12/tools/testing/selftests/bpf
        : >"$kernel/.extracted"
    fi
else
    missing "The kernel's sources ($source) are not installed."
fi

# The samples are written against the kernel's own headers: uapi/linux/*, and the constants of its linux/socket.h.
mkdir -p "$out/include/linux" "$out/include/uapi"
ln -sfn "$kernel/include/uapi/linux" "$out/include/uapi/linux"
cat >"$out/include/linux/socket.h" <<'H'
#pragma once
#include_next <linux/socket.h>
#include <asm/socket.h>
#define AF_INET 2
#define AF_INET6 10
#define SOL_TCP 6
H

# The selftests want all of the kernel's types. The running kernel's are the real thing; where it does not show them,
# our list of what these programs use does.
mkdir -p "$out/vmlinux"
btf=${KERNEL_BTF:-/sys/kernel/btf/vmlinux}
if command -v bpftool >/dev/null && [ -r "$btf" ]; then
    bpftool btf dump file "$btf" format c >"$out/vmlinux/vmlinux.h"
    echo "types: the running kernel's"
else
    cp "$here/vmlinux-minimal.h" "$out/vmlinux/vmlinux.h"
    echo "types: vmlinux-minimal.h"
fi

compile() { # source, flags
    object=$out/$(basename "$1" .c).o
    c=$1
    shift
    "$clang" -target bpf -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86 -DBPF_NO_KFUNC_PROTOTYPES -I"$out/include" "$@" \
        -I"$kernel/tools/include/uapi" -idirafter "/usr/include/$(uname -m)-linux-gnu" \
        -Wno-compare-distinct-pointer-types -c "$c" -o "$object"
    echo "built $(basename "$object")"
}

for name in iw bufs rwnd synrto clamp cong; do
    compile "$kernel/samples/bpf/tcp_${name}_kern.c"
done
selftests=$kernel/tools/testing/selftests/bpf
for name in bpf_dctcp bpf_cubic bpf_cc_cubic tcp_rtt; do
    compile "$selftests/progs/$name.c" -I"$out/vmlinux" -I"$selftests" -I"$selftests/progs"
done
