/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * deferred: freeing empty zspages that could not be freed at once because somebody, who migrates
 * it, held the lock of one of their pages.
 */
#ifndef ZSMALLOC_DEFERRED_H
#define ZSMALLOC_DEFERRED_H

struct work_struct;
struct zs_pool;

/** deferred_kick() - have the worker look for empty zspages. @pool: pool. Context: any. */
void deferred_kick(struct zs_pool *pool);

/** deferred_free_work() - what the worker does. @work: free_work of a pool */
void deferred_free_work(struct work_struct *work);

#endif
