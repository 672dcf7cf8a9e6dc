/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* gather: bringing the objects of each zspage near each other in a large array of handles. */
#ifndef ZSMALLOC_GATHER_H
#define ZSMALLOC_GATHER_H

#include <linux/types.h>

struct zs_pool;

/**
 * gather_zspages() - reorder handles, in place, so that most zspages are in one chunk as a whole
 * @pool:	pool
 * @handles:	objects, none twice
 * @nr:		entries in @handles
 *
 * What compaction moves between two holds of the pool lock is merely misplaced.
 *
 * Context:	any.
 */
void gather_zspages(struct zs_pool *pool, unsigned long *handles, size_t nr);

#endif
