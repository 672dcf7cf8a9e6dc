// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stddef.h>

#include "zram/zram.h"

const char *const zram_flags_names[] = { "merged", "single", NULL };
const char *const zram_stats_names[] = { "shared", "percpu", NULL };
