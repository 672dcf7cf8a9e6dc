/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* bulk: the buffers a pool keeps ready for zs_free_bulk(). */
#ifndef ZSMALLOC_BULK_H
#define ZSMALLOC_BULK_H

struct zs_pool;

enum {
	/** @ZS_BULK_HOLD: most objects freed under one hold of a class lock */
	ZS_BULK_HOLD = 256,
};

/**
 * bulk_init() - allocate the buffers, so that zs_free_bulk() allocates nothing
 * @pool:	has none
 * Return:	0 or -ENOMEM; bulk_exit() frees what there is in either case.
 */
int bulk_init(struct zs_pool *pool);

/** bulk_exit() - free the buffers. @pool: no call is under way */
void bulk_exit(struct zs_pool *pool);

#endif
