#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# newlocale() of glibc keeps a copy of the search path of each call while LOCPATH is set.
#
# Version:   libc6 2.36-9+deb12u14 (Debian 12, x86-64)
# Behaviour: newlocale() joins LOCPATH and the built-in folder in memory of its own and never gives
#            it back, whether it finds the locale or not, and freelocale() does not either. Only the
#            name "C" returns before. setlocale() joins the same path and frees it. A program that
#            makes a locale object per request grows with each one, where LOCPATH is set.
# Way round: setlocale() once, then duplocale(LC_GLOBAL_LOCALE) for each object.
# Output seen:
#            newlocale, no LOCPATH: keeps nothing
#            newlocale, LOCPATH: keeps 36 bytes or more per call
#            newlocale C, LOCPATH: keeps nothing
#            setlocale, LOCPATH: keeps nothing
set -euo pipefail

self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download libc6=2.36-9+deb12u14
dpkg -x ./libc6_*.deb root
libs=$dir/root/lib/x86_64-linux-gnu

# Calls a function a thousand times, and prints by how much the memory in use has grown per call.
cat >input.c <<'C'
#define _GNU_SOURCE
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

static void call(const char *function, const char *name)
{
	locale_t made;

	if (!strcmp(function, "setlocale")) {
		setlocale(LC_NUMERIC, name);
		return;
	}
	made = newlocale(LC_NUMERIC_MASK, name, (locale_t)0);
	if (made)
		freelocale(made);
}

int main(int argc, char **argv)
{
	size_t before;
	int i;

	/* What is made once is not counted. */
	for (i = 0; i < 10; i++)
		call(argv[1], argv[argc - 1]);
	before = mallinfo2().uordblks;
	for (i = 0; i < 1000; i++)
		call(argv[1], argv[argc - 1]);
	printf("%zu\n", (mallinfo2().uordblks - before) / 1000);
	return 0;
}
C
cc -w input.c -o input

# $1: function; $2: name of the locale
kept()
{
	local bytes

	bytes=$("$libs/ld-linux-x86-64.so.2" --library-path "$libs" ./input "$1" "$2")
	# Less than any copy of a path is what setlocale() remembers once.
	if [ "$bytes" -lt 8 ]; then
		echo "keeps nothing"
	elif [ "$bytes" -ge 36 ]; then
		echo "keeps 36 bytes or more per call"
	else
		echo "keeps $bytes bytes per call"
	fi
}

{
	unset LOCPATH
	echo "newlocale, no LOCPATH: $(kept newlocale no_SUCH)"
	export LOCPATH=/nonexistent
	echo "newlocale, LOCPATH: $(kept newlocale no_SUCH)"
	echo "newlocale C, LOCPATH: $(kept newlocale C)"
	echo "setlocale, LOCPATH: $(kept setlocale no_SUCH)"
} >output
cat output

# The head of this script says what is expected.
sed -n 's/^#  *\(.*: keeps .*\)/\1/p' "$self" >expected
diff expected output || {
	echo "not as the head of this script describes" >&2
	exit 1
}
