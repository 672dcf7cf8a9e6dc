/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * free: parts of giving an object back that several callers share, and the freeing of empty zspages
 * that could not be freed at once, or were not to be.
 *
 * If somebody, who migrates it, held the lock of one of its pages, a zspage stays in the empty
 * group of its class. An allocation may use it again until the worker takes it.
 *
 * If the pool defers all zspages, they leave their class when they become empty and go on a list of
 * the pool. Nobody looks at their pages or at the chunks in them. No allocation can use them
 * again; they count in zs_get_total_pages() until the worker has freed them. An allocation that
 * fails may call zs_flush_deferred() and be repeated, where it can sleep.
 */
#ifndef ZSMALLOC_FREE_H
#define ZSMALLOC_FREE_H

#include <linux/types.h>

struct size_class;
struct work_struct;
struct zs_pool;
struct zspage;

/**
 * enum zs_retired - what has become of a zspage without objects
 * @ZS_BUSY:	a page is locked: it is in its class as before
 * @ZS_LEFT:	it is the worker's: in its class no more, and not to be touched again
 * @ZS_DETACHED: it is the caller's to free: in its class no more, pages locked
 */
enum zs_retired {
	ZS_BUSY,
	ZS_LEFT,
	ZS_DETACHED,
};

/**
 * zspage_detach() - take a zspage out of its class, or leave it to the worker if that is the rule
 * @pool:	pool
 * @class:	locked
 * @zspage:	without objects, in any group; its list of free chunks may be void
 * Return:	what has become of it. The pool's parameter says where to free it if it is detached.
 */
enum zs_retired zspage_detach(struct zs_pool *pool, struct size_class *class,
			      struct zspage *zspage);

/**
 * zspage_retire() - the same for one that can stay
 * @pool:	pool
 * @class:	locked
 * @zspage:	in the empty group
 * Return:	as zspage_detach(); a busy one stays in the empty group, and the worker will see to
 *		it unless an allocation takes it first.
 */
enum zs_retired zspage_retire(struct zs_pool *pool, struct size_class *class,
			      struct zspage *zspage);

/**
 * free_one() - free one object
 * @pool:	pool
 * @handle:	a handle, not an error
 * Context:	any. At most one round of the class lock.
 * Return:	pages given back.
 */
unsigned int free_one(struct zs_pool *pool, unsigned long handle);

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
