/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * deferred: freeing empty zspages that could not be freed at once, or were not to be.
 *
 * If somebody, who migrates it, held the lock of one of its pages, a zspage stays in the empty
 * group of its class. An allocation may use it again until the worker takes it.
 *
 * If the pool defers all zspages, they leave their class when they become empty and go on a list of
 * the pool. Nobody looks at their pages or at the chunks in them. No allocation can use them
 * again; they count in zs_get_total_pages() until the worker has freed them. An allocation that
 * fails may call zs_flush_deferred() and be repeated, where it can sleep.
 */
#ifndef ZSMALLOC_DEFERRED_H
#define ZSMALLOC_DEFERRED_H

struct work_struct;
struct zs_pool;
struct zspage;

/**
 * deferred_add() - leave a zspage to the worker
 * @pool:	pool
 * @zspage:	unlinked, pages not locked
 * Context:	any.
 */
void deferred_add(struct zs_pool *pool, struct zspage *zspage);

/** deferred_kick() - have the worker look for empty zspages. @pool: pool. Context: any. */
void deferred_kick(struct zs_pool *pool);

/** deferred_free_work() - what the worker does. @work: free_work of a pool */
void deferred_free_work(struct work_struct *work);

#endif
