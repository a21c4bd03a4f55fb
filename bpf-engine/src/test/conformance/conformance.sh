#!/usr/bin/env bash
# Plays the public bpf_conformance suite at CPU version v4, by the interpreter and by the compiler, and once more with the verifier asked
# first.
#
#   conformance.sh OUT
#
# The suite comes from the folder BPF_CONFORMANCE (a checkout with its submodules), or is cloned into OUT; nothing of it is kept here.
# Needs git, g++ and our classes: mvn test-compile, or CLASS_PATH. The last line is the summary. Fails when a test fails, or when the
# verifier refuses others than those 12 that Linux refuses, too: shifts by an amount that the operand does not have.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,11p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../../..
mkdir -p "$1"
out=$(cd "$1" && pwd)
suite=${BPF_CONFORMANCE:-$out/bpf_conformance}
url=${BPF_CONFORMANCE_URL:-https://github.com/Alan-Jowett/bpf_conformance}
commit=f558566280d8e76c95a502cfd8014264d8668130

if [ ! -d "$suite/tests" ]; then
  if ! { GIT_TERMINAL_PROMPT=0 timeout 120 git clone -q "$url" "$suite" && git -C "$suite" checkout -q "$commit" \
      && timeout 120 git -C "$suite" submodule update -q --init external/elfio; } 2>"$out/clone.log"; then
    rm -rf "$suite"
    echo "SKIPPED: bpf_conformance was NOT run: it cannot be fetched ($(tail -1 "$out/clone.log")). Set BPF_CONFORMANCE to a checkout." >&2
    exit 0
  fi
fi
command -v g++ >/dev/null || { echo "g++ is missing (Debian: g++)" >&2; exit 2; }
runner=$out/runner
if [ ! -x "$runner" ] || [ "$here/runner.cc" -nt "$runner" ]; then
  for source in "$suite"/lib/src/*.cc "$here/runner.cc"; do echo "$source"; done \
    | xargs -P "$(nproc)" -I{} sh -c 'g++ -std=c++20 -w -DBPF_CONFORMANCE_HAS_ELFIO -I"$1/lib/include" -I"$1/external/elfio" \
        -c "$2" -o "$3/$(basename "$2").o"' sh "$suite" {} "$out"
  g++ -o "$runner" "$out"/*.cc.o
fi

classes=${CLASS_PATH:-$root/sim-core/target/classes:$root/bpf-engine/target/classes:$root/bpf-engine/target/test-classes:$root/cli/target/lib/*}
play() { # execution, options of the plugin
  local execution=$1
  shift
  "$runner" "$suite/tests" java -XX:+UseSerialGC -Dbpfsim.bpf.execution="$execution" -cp "$classes" \
    org.bpfsim.bpf.testrun.ConformanceServer "$@"
}
play interpreter >"$out/interpreter"
play compiler >"$out/compiler"
play compiler --verify >"$out/verified"
cat "$out/interpreter" "$out/compiler" | grep '^  ' || true
refused=$(grep '^  ' "$out/verified" | sed 's/^  //; s/:.*//' | sort | tr '\n' ' ')
expected=$(printf '%s\n' {arsh,lsh,rsh}{32,64}-imm-{high,neg} | sort | tr '\n' ' ')
echo "bpf_conformance: interpreter $(tail -1 "$out/interpreter"), compiler $(tail -1 "$out/compiler");" \
  "accepted by the verifier $(tail -1 "$out/verified"), by Linux 300/312"
[ "$refused" = "$expected" ] || { echo "the verifier refuses $refused" >&2; exit 1; }
for run in interpreter compiler; do
  [ "$(tail -1 "$out/$run")" = 312/312 ] || exit 1
done
