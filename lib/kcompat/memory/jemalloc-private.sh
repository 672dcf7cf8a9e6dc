#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Turn a static jemalloc into one object with four symbols of its own, so that linking it does
# not replace the program's malloc: jemalloc-private.sh LIBJEMALLOC_PIC.A OUTPUT.O AR LD OBJCOPY
set -eu

archive=$(realpath "$1")
output=$2
ar=$3
ld=$4
objcopy=$5

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$dir" && "$ar" x "$archive" && rm -f jemalloc_cpp*.o && "$ld" -r -o all.o ./*.o)
"$objcopy" --strip-debug \
	--redefine-sym mallocx=kc_je_mallocx --keep-global-symbol=kc_je_mallocx \
	--redefine-sym sdallocx=kc_je_sdallocx --keep-global-symbol=kc_je_sdallocx \
	--redefine-sym mallctl=kc_je_mallctl --keep-global-symbol=kc_je_mallctl \
	--redefine-sym malloc_conf=kc_je_malloc_conf --keep-global-symbol=kc_je_malloc_conf \
	"$dir/all.o" "$output"
