#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds every *.bpf.c in this folder into the *.bpf.o beside it.
#
#   build.sh            rebuild in place
#   build.sh --check    rebuild elsewhere and compare: exit status 1 if an object is not what its source gives
#   build.sh --in DIR [--check]    the same for programs of another folder
#
# Needs Debian 12's clang (14), llvm and libbpf-dev: other compilers give other bytes. Objects hold no path of the
# machine: everything is compiled from within the folder, and DWARF is removed (BTF stays).
set -eu
headers=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = --in ]; then
    cd "$2"
    shift 2
else
    cd "$headers"
fi
CLANG=${CLANG:-clang-14}
STRIP=${STRIP:-llvm-strip-14}

for tool in "$CLANG" "$STRIP"; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: $tool not found. On Debian 12: apt-get install clang llvm libbpf-dev" >&2
        exit 2
    }
done

build() { # source object
    "$CLANG" -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Wno-unused-parameter -Werror \
        -fdebug-prefix-map="$PWD"=. -fdebug-prefix-map="$headers"=. -I"$headers" \
        -idirafter "/usr/include/$(uname -m)-linux-gnu" \
        -c "$1" -o "$2"
    "$STRIP" -g "$2"
}

case ${1:-} in
'')
    for source in *.bpf.c; do
        build "$source" "${source%.c}.o"
        echo "built ${source%.c}.o"
    done
    ;;
--check)
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    status=0
    for source in *.bpf.c; do
        object=${source%.c}.o
        build "$source" "$scratch/$object"
        if cmp -s "$scratch/$object" "$object"; then
            echo "$object is what $source gives"
        else
            echo "$object differs from what $source gives. Run scenarios/programs/build.sh and commit it." >&2
            status=1
        fi
    done
    exit $status
    ;;
*)
    echo "usage: build.sh [--check]" >&2
    exit 2
    ;;
esac
