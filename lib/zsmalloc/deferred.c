// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* deferred: a worker that may wait for page locks frees the empty zspages others had to leave. */

#include "zsmalloc/free.h"

#include <linux/list.h>
#include <linux/sched.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

enum deferred_sizes {
	DEFERRED_BATCH = 16, /* zspages freed between two chances for others to run */
};

/*
 * Lock all pages of a zspage, waiting where one is busy. Whoever holds that one may replace it by
 * another page meanwhile, so the chain is looked at anew afterwards.
 */
static void lock_pages(struct zs_pool *pool, struct size_class *class, struct zspage *zspage)
{
	struct page *busy;

	for (;;) {
		zspage_read_lock(&zspage->lock);
		busy = zspage_trylock_pages(pool, class, zspage);
		if (busy)
			get_page(busy);
		zspage_read_unlock(&zspage->lock);
		if (!busy)
			return;
		lock_page(busy);
		unlock_page(busy);
		__free_page(pool->zone, busy);
	}
}

void deferred_kick(struct zs_pool *pool)
{
	queue_work(pool->wq, &pool->free_work);
}

void deferred_add(struct zs_pool *pool, struct zspage *zspage)
{
	llist_add(&zspage->node, &pool->deferred);
	deferred_kick(pool);
}

/* Free what was left on the pool's list, some zspages at a time. */
static void free_deferred(struct zs_pool *pool)
{
	struct zspage *zspage;
	struct zspage *next;
	unsigned int nr = 0;
	LIST_HEAD(some);

	llist_for_each_entry_safe(zspage, next, llist_reverse_order(llist_del_all(&pool->deferred)),
				  node) {
		lock_pages(pool, pool_zspage_class(pool, zspage), zspage);
		list_add_tail(&zspage->list, &some);
		if (++nr % DEFERRED_BATCH && next)
			continue;
		zspages_free(pool, &some);
		cond_resched();
	}
}

static void take_empty(struct zs_pool *pool, struct list_head *empty)
{
	struct size_class *class;
	unsigned int index;

	pool_for_each_class(pool, class, index)
	{
		class_lock(class);
		fullness_take_empty(class, empty);
		class_unlock(class);
	}
}

void deferred_free_work(struct work_struct *work)
{
	struct zs_pool *pool = container_of(work, struct zs_pool, free_work);
	struct zspage *zspage;
	struct zspage *next;
	LIST_HEAD(empty);

	if (pool->pages == ZS_PAGES_DEFERRED) {
		free_deferred(pool);
		return;
	}
	take_empty(pool, &empty);
	list_for_each_entry_safe(zspage, next, &empty, list) {
		struct size_class *class = pool_zspage_class(pool, zspage);

		lock_pages(pool, class, zspage);
		class_lock(class);
		zspage_unlink(class, zspage);
		zspage_free(pool, class, zspage);
		class_unlock(class);
		cond_resched();
	}
}

void zs_flush_deferred(struct zs_pool *pool)
{
	flush_work(&pool->free_work);
}
