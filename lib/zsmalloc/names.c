// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What designs are called by options, results, tests and benchmarks. */
#include <stddef.h>

#include "zsmalloc/zsmalloc.h"

const char *const zs_locks_names[] = { "class", "pool", "class-idx", "sharded", NULL };
const char *const zs_pages_names[] = { "inside", "outside", "deferred", NULL };
const char *const zs_batch_names[] = { "default", "none", "runs", "sorted", NULL };
