// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* deferred: a worker that may wait for page locks frees the empty zspages others had to leave. */

#include "zsmalloc/deferred.h"

#include <linux/list.h>
#include <linux/sched.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

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

void deferred_free_work(struct work_struct *work)
{
	struct zs_pool *pool = container_of(work, struct zs_pool, free_work);
	struct size_class *class;
	struct zspage *zspage;
	struct zspage *next;
	unsigned int index;
	LIST_HEAD(empty);

	pool_for_each_class(pool, class, index)
	{
		class_lock(class);
		fullness_take_empty(class, &empty);
		class_unlock(class);
	}

	list_for_each_entry_safe(zspage, next, &empty, list) {
		class = pool_zspage_class(pool, zspage);
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
