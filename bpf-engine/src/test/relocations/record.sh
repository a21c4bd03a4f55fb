#!/usr/bin/env bash
# Makes the table of what libbpf answers to the relocations of Linux's selftests.
#
#   record.sh LINUX OUT >libbpf-6.12.tsv
#
# LINUX is an unpacked source of Linux. Needs clang-19, gcc, libelf-dev, zlib1g-dev, and root for what libbpf asks the kernel.
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,6p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
linux=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
mkdir -p "$out/libbpf"
make -s -C "$linux/tools/lib/bpf" OUTPUT="$out/libbpf/" DESTDIR="$out/libbpf" prefix=/usr install_headers "$out/libbpf/libbpf.a" >&2
gcc -O1 -I"$out/libbpf/usr/include" "$here/record.c" "$out/libbpf/libbpf.a" -lelf -lz -o "$out/record"
"$here/build.sh" "$linux" "$out/libbpf/usr/include" "$out/objects"
printf '%s\n' "# libbpf of Linux 6.12, objects by clang-19. relocation: its number among those of the program. imm, imm64, off: what went" \
  "# into the instruction. size: of its load or store. poison: must not be reached. error: cannot be loaded, with libbpf's number."
printf 'object\ttypes\tprogram\trelocation\tplace\tvalue\n'
for object in "$out"/objects/test_core_reloc_*.o; do
  name=$(basename "$object" .o)
  family=${name#test_core_reloc_}
  case $family in bitfields_*) family=bitfields ;; esac
  for types in "$out/objects/btf__core_reloc_$family.o" "$out/objects/btf__core_reloc_${family}__"*.o; do
    [ -e "$types" ] || continue
    "$out/record" "$object" "$types" 2>&1 | awk -v OFS='\t' -v object="$name" -v types="$(basename "$types" .o)" '
      /: relo #[0-9]+: (patched insn|substituting insn|failed to)/ {
        split($0, quoted, "\047")
        match($0, /relo #[0-9]+/)
        number = substr($0, RSTART + 6, RLENGTH - 6)
        if (/substituting/) { place = "poison"; value = "-" }
        else {
          place = /failed/ ? "error" : /\(ALU/ ? "imm" : /LDIMM64/ ? "imm64" : /mem_sz/ ? "size" : "off"
          value = $NF
        }
        print object, types, quoted[2], number, place, value
      }'
  done
done
