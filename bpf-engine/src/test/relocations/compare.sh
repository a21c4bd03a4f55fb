#!/usr/bin/env bash
# Compares our answers to the CO-RE relocations of Linux's own selftests with libbpf's, which libbpf-6.12.tsv has.
#
#   compare.sh OUT
#
# The selftests are built into OUT from Debian's linux-source-6.12; nothing of them is kept here. The last line is the summary.
# Fails when we disagree anywhere. Needs clang-19 and our classes: mvn test-compile, or CLASS_PATH.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,7p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../../..
mkdir -p "$1"
out=$(cd "$1" && pwd)
command -v clang-19 >/dev/null || { echo "SKIPPED: CO-RE relocations were NOT compared with libbpf's: there is no clang-19" >&2; exit 0; }
sources=/usr/src/linux-source-6.12.tar.xz
[ -r "$sources" ] || { echo "$sources is missing (Debian: linux-source-6.12)" >&2; exit 2; }

linux=$out/linux-source-6.12
# verdicts.sh unpacks the same and more.
if [ ! -d "$linux/tools/testing/selftests/bpf" ]; then
  tar -C "$out" -xf "$sources" linux-source-6.12/{tools/lib,tools/include,tools/build,tools/scripts,scripts,include/uapi} \
    linux-source-6.12/tools/testing/selftests/bpf
fi
if [ ! -d "$out/libbpf/usr/include/bpf" ]; then
  mkdir -p "$out/libbpf"
  make -s -C "$linux/tools/lib/bpf" OUTPUT="$out/libbpf/" DESTDIR="$out/libbpf" prefix=/usr install_headers >/dev/null
fi
"$here/build.sh" "$linux" "$out/libbpf/usr/include" "$out/relocations"
classes=${CLASS_PATH:-$root/sim-core/target/classes:$root/bpf-engine/target/classes:$root/bpf-engine/target/test-classes:$root/cli/target/lib/*}
java -cp "$classes" org.bpfsim.bpf.core.LibbpfRelocations "$here/libbpf-6.12.tsv" "$out/relocations"
