#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# announce.sh OUTPUT LD OBJCOPY ARCHIVE...: one object of all archives, in which each call of a
# function that copies or fills memory is one of ours. Compilers make such calls of
# struct copies and loops after they have announced all other accesses. All variables are in one
# section, by model.lds beside this.
set -eu

output=$1 ld=$2 objcopy=$3
shift 3
"$ld" -r -T "${0%/*}/model.lds" -o "$output.all" --whole-archive "$@"
"$objcopy" --redefine-sym memcpy=__tsan_memcpy --redefine-sym memmove=__tsan_memmove \
	--redefine-sym memset=__tsan_memset "$output.all" "$output"
rm -f "$output.all"
