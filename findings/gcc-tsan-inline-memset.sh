#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# gcc's thread sanitizer does not see a memset() or memcpy() of a small constant size.
#
# Version:   cpp-12 12.2.0-14+deb12u1 (Debian 12, x86-64), whose cc1 is the compiler proper.
# Behaviour: with -fsanitize=thread every access is to be announced by a call of __tsan_*, or to
#            be made by a function that the run-time library intercepts. From -O1 on, memset()
#            and memcpy() of 32 bytes become vector moves with neither, so races through them
#            are not reported. An assignment of the same struct, which becomes the same moves, is
#            announced. At -O0 both are calls, which the library intercepts.
# Way round: -fno-builtin, or -fno-builtin-memset and -fno-builtin-memcpy, keeps the calls.
# Output seen:
#            -O0: clear calls memset; copy calls memcpy; assign announces
#            -O1: clear is silent; copy is silent; assign announces
#            -O2: clear is silent; copy is silent; assign announces
#            -O2 -fno-builtin: clear calls memset; copy calls memcpy; assign announces
set -euo pipefail

self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download cpp-12=12.2.0-14+deb12u1 libisl23=0.25-1.1 libmpc3=1.3.1-1 \
	libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1
for package in *.deb; do
	dpkg -x "$package" root
done
cc1=root/usr/lib/gcc/x86_64-linux-gnu/12/cc1
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu

cat >input.c <<'C'
struct box { long word[4]; };
void *memset(void *to, int byte, unsigned long size);
void *memcpy(void *to, const void *from, unsigned long size);
void clear(struct box *to) { memset(to, 0, sizeof(*to)); }
void copy(struct box *to, const struct box *from) { memcpy(to, from, sizeof(*to)); }
void assign(struct box *to, const struct box *from) { *to = *from; }
C

# What the body of function $1 in input.s does that a run-time library can see.
seen()
{
	local body

	body=$(sed -n "/^$1:/,/^\t\.size\t$1,/p" input.s)
	if grep -qE '__tsan_(un)?(aligned_)?(read|write)' <<<"$body"; then
		echo "$1 announces"
	elif grep -qE '(call|jmp)[[:space:]]+mem(set|cpy)' <<<"$body"; then
		echo "$1 calls $(grep -oE 'mem(set|cpy)' <<<"$body" | head -n 1)"
	else
		echo "$1 is silent"
	fi
}

for options in -O0 -O1 -O2 '-O2 -fno-builtin'; do
	# shellcheck disable=SC2086
	"$cc1" -quiet $options -fsanitize=thread input.c -o input.s
	echo "$options: $(seen clear); $(seen copy); $(seen assign)"
done >output
cat output

# The head of this script says what is expected.
sed -n 's/^#  *\(-O[0-2].*: clear .*\)/\1/p' "$self" >expected
diff expected output || {
	echo "not as the head of this script describes" >&2
	exit 1
}
