#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# clang's assembler complains about what clang wrote, if a header is a system header by pragma.
#
# Version:   clang-14 1:14.0.6-12 (Debian 12, x86-64).
# Behaviour: with -g, which is DWARF 5 there, each .file of the assembly has the MD5 sum of its
#            text. A header with "#pragma GCC system_header" gets none. Assembled by the same
#            clang, that is "inconsistent use of MD5 checksums": a warning, which -Werror leaves
#            one, and an error under -Wa,--fatal-warnings. A compilation straight to an object
#            says nothing. A header without the pragma, or -gdwarf-4, is quiet both ways.
# Way round: -gdwarf-4, or -Wa,--no-warn where assembly of clang's is assembled.
# Output seen:
#            plain -g: 2 of 2 files have a sum; status 0, 0 warnings; fatal: 0
#            pragma -g: 1 of 2 files have a sum; status 0, 1 warnings; fatal: 1
#            pragma -gdwarf-4: 0 of 2 files have a sum; status 0, 0 warnings; fatal: 0
set -euo pipefail

self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download clang-14=1:14.0.6-12 libclang-cpp14=1:14.0.6-12 libllvm14=1:14.0.6-12 \
	libedit2=3.1-20221030-2 libz3-4=4.8.12-3.1 libxml2 libicu72 libbsd0 libmd0 libffi8
for package in *.deb; do
	dpkg -x "$package" root
done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/usr/lib/llvm-14/lib
clang=root/usr/lib/llvm-14/bin/clang

mkdir plain pragma
echo 'typedef unsigned long word;' >plain/word.h
printf '#pragma GCC system_header\n' | cat - plain/word.h >pragma/word.h
printf '#include "word.h"\nword load(const word *from) { return *from; }\n' >input.c

for case in 'plain -g' 'pragma -g' 'pragma -gdwarf-4'; do
	read -r folder option <<<"$case"
	"$clang" -O2 "$option" -I"$folder" -S input.c -o output.s
	sums=$(grep -cE '^\s*\.file.* md5 ' output.s || true)
	status=0 fatal=0
	"$clang" -Werror -c output.s -o output.o 2>said || status=$?
	"$clang" -Wa,--fatal-warnings -c output.s -o output.o 2>/dev/null || fatal=$?
	warnings=$(grep -c 'inconsistent use of MD5 checksums' said || true)
	echo "$case: $sums of 2 files have a sum; status $status, $warnings warnings; fatal: $fatal"
	"$clang" -O2 -Werror "$option" -I"$folder" -c input.c -o output.o
done >output
cat output

# The head of this script says what is expected.
sed -n 's/^#  *\(\(plain\|pragma\) -g.*: .* files have .*\)/\1/p' "$self" >expected
diff expected output || {
	echo "not as the head of this script describes" >&2
	exit 1
}
