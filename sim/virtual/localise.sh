#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# localise.sh OUTPUT LD OBJCOPY ARCHIVE...: one object of all archives, with the entry points as
# its only symbols, so that it can be linked with another copy of the same sources.
set -eu

output=$1 ld=$2 objcopy=$3
shift 3
"$ld" -r -o "$output.all" --whole-archive "$@"
"$objcopy" --keep-global-symbol=sim_virtual_run --keep-global-symbol=sim_virtual_study \
	--keep-global-symbol=sim_virtual_machine --keep-global-symbol=sim_virtual_timeline \
	"$output.all" "$output"
rm -f "$output.all"
