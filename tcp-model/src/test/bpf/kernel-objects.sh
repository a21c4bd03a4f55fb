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
    if [ ! -e "$kernel/.extracted-2" ]; then
        tar -C "$out" -xf "$source" linux-source-6.12/samples/bpf linux-source-6.12/include/uapi/linux \
            linux-source-6.12/tools/include/uapi linux-source-6.12/tools/lib/bpf \
            linux-source-6.12/tools/testing/selftests/bpf
        : >"$kernel/.extracted-2"
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
#ifndef AF_INET
#define AF_INET 2
#define AF_INET6 10
#endif
#define SOL_IP 0
#define SOL_TCP 6
#define SOL_IPV6 41
H

# The selftests go with the kernel's own libbpf, whose headers are newer than those that Debian 12 has. Its list of helpers
# would have to be generated: the installed one has the same.
mkdir -p "$out/libbpf/bpf"
for header in bpf_core_read bpf_endian bpf_helpers bpf_tracing; do
    ln -sfn "$kernel/tools/lib/bpf/$header.h" "$out/libbpf/bpf/$header.h"
done
ln -sfn /usr/include/bpf/bpf_helper_defs.h "$out/libbpf/bpf/bpf_helper_defs.h"

# The selftests want all of the kernel's types. The running kernel's are the real thing; where it does not show them,
# our list of what these programs use does.
mkdir -p "$out/vmlinux"
btf=${KERNEL_BTF:-/sys/kernel/btf/vmlinux}
if command -v bpftool >/dev/null && [ -r "$btf" ]; then
    bpftool btf dump file "$btf" format c >"$out/vmlinux/vmlinux.h"
    all_types=1
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

for name in iw bufs rwnd synrto clamp cong dumpstats tos_reflect; do
    compile "$kernel/samples/bpf/tcp_${name}_kern.c"
done
# libbpf takes maps no more that are declared as tcp_dumpstats_kern.c declares its one. What the sample does is seen with the same map
# declared as libbpf wants it.
sed -e 's/^\t__u32 type;$/\t__uint(type, BPF_MAP_TYPE_SK_STORAGE);/' -e 's/^\t__u32 map_flags;$/\t__uint(map_flags, BPF_F_NO_PREALLOC);/' \
    -e 's/^} bpf_next_dump SEC(".maps") = {$/} bpf_next_dump SEC(".maps");/' -e '/^\t\.type = BPF_MAP_TYPE_SK_STORAGE,$/,/^};$/d' \
    "$kernel/samples/bpf/tcp_dumpstats_kern.c" >"$out/tcp_dumpstats_as_libbpf.c"
compile "$out/tcp_dumpstats_as_libbpf.c"
# clang 14 makes a call of memcmp() of it, which no kernel has for programs.
if command -v clang-19 >/dev/null; then
    clang=clang-19
    compile "$kernel/samples/bpf/tcp_basertt_kern.c"
    clang=${CLANG:-clang}
fi
selftests=$kernel/tools/testing/selftests/bpf
selftest() {
    for name in "$@"; do
        compile "$selftests/progs/$name.c" -I"$out/vmlinux" -I"$out/libbpf" -I"$selftests" -I"$selftests/progs"
    done
}
selftest bpf_dctcp bpf_cubic bpf_cc_cubic tcp_rtt test_tcp_hdr_options test_misc_tcp_hdr_options test_tcpbpf_kern \
    test_tcpnotify_kern sockopt_multi sockopt_inherit sockopt_sk cgroup_getset_retval_setsockopt cgroup_getset_retval_getsockopt \
    cgroup_getset_retval_hooks test_sockmap_kern test_sockhash_kern
# These need more types than our list has. Tests that ask for one that was not built are skipped.
if [ -n "${all_types:-}" ]; then
    selftest setget_sockopt sockopt_qos_to_cc bpf_dctcp_release bpf_tcp_nogpl tcp_ca_incompl_cong_ops tcp_ca_unsupp_cong_op \
        tcp_ca_write_sk_pacing tcp_ca_update tcp_ca_kfunc mptcp_sock
fi

# bpf_cubic.c says of itself that it is not quite tcp_cubic.c. Brought back to it: whole jiffies, the smallest RTT rounded up
# to them; the NIC's limit of a large packet (64 KiB less MAX_TCP_HEADER + 1); a count of ACKs that is never used up; a HyStart
# round that ends in pkts_acked() and not in cong_avoid(); a window that counts as used up whenever it was. BpfEqualsNativeTest compares native cubic with this one.
sed -e 's/\* USEC_PER_JIFFY;/;/' \
    -e 's/t += ca->delay_min;/t += (ca->delay_min + USEC_PER_JIFFY - 1) \/ USEC_PER_JIFFY;/' \
    -e 's/t \/= USEC_PER_SEC;/t \/= HZ;/' \
    -e 's/\(define GSO_MAX_SIZE[^0-9]*\)65536/\1(65536 - 321)/' \
    -e 's/n = ca->ack_cnt \/ delta;/n = (ca->ack_cnt - 1) \/ delta;/' \
    -e 's/if (!tcp_is_cwnd_limited(sk))/if (!BPF_CORE_READ_BITFIELD(tp, is_cwnd_limited) \&\& !tcp_is_cwnd_limited(sk))/' \
    -e '/if (hystart && after(ack, ca->end_seq))/,+1d' \
    -e 's/^\(\t\)\(\/\* hystart triggers when cwnd is larger.*\)/\1if (!ca->found \&\& tcp_in_slow_start(tp) \&\& after(tp->snd_una, ca->end_seq))\n\t\tbictcp_hystart_reset(sk);\n\1\2/' \
    "$selftests/progs/bpf_cubic.c" >"$out/bpf_cubic_as_kernel.c"
changed=$(diff "$selftests/progs/bpf_cubic.c" "$out/bpf_cubic_as_kernel.c" | grep -c '^[<>]') || true
[ "$changed" = 16 ] || { echo "bpf_cubic.c is not the one of Linux 6.12: $changed lines changed, not 16" >&2; exit 1; }
compile "$out/bpf_cubic_as_kernel.c" -I"$out/vmlinux" -I"$selftests" -I"$selftests/progs"

# The selftests of timers are for fentry, which is called here as sock_ops is.
timers() {
    for name in "$@"; do
        sed -e 's/SEC("fentry\/[a-z0-9_]*")/SEC("sockops")/' -e 's/SEC("syscall")/SEC("?sockops")/' \
            -e 's/BPF_PROG2\{0,1\}(\([a-z0-9_]*\),.*)/\1(struct bpf_sock_ops *ctx)/' "$selftests/progs/$name.c" >"$out/$name.c"
        compile "$out/$name.c" -I"$out/vmlinux" -I"$out/libbpf" -I"$selftests" -I"$selftests/progs"
    done
}
timers timer timer_mim timer_mim_reject timer_failure
if [ -n "${all_types:-}" ]; then
    timers timer_crash
fi
