/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the core frees objects with. The module has objects of its own, so that each is known to
 * be freed once; memory from the kernel's zsmalloc is behind them. In drivers/block/zram this is
 * <linux/zsmalloc.h>, and zs_free_bulk() remains to be written.
 */
#ifndef ZSMALLOC_ZSMALLOC_H
#define ZSMALLOC_ZSMALLOC_H

#include <linux/types.h>

#include "objects.h"
#include "zsmalloc/zs_batch.h"

struct zs_pool;

/** zs_free() - free one object. @pool: of the device, @handle: from object_alloc() */
static inline void zs_free(struct zs_pool *pool, unsigned long handle)
{
	object_free(handle);
}

/**
 * zs_free_bulk() - free many, one by one
 * @pool:	of the device
 * @handles:	from object_alloc()
 * @nr:		how many
 * @batch:	not followed: a kernel cannot take a class lock for several objects
 */
static inline void zs_free_bulk(struct zs_pool *pool, unsigned long *handles, size_t nr,
				enum zs_batch batch)
{
	size_t i;

	for (i = 0; i < nr; i++)
		object_free(handles[i]);
}

#endif
