// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* stats: what the classes count, one by one and summed up. */

#include <linux/string.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

bool zs_class_stats(struct zs_pool *pool, unsigned int index, struct zs_class_stats *stats)
{
	struct size_class *class;
	unsigned int group;

	if (index >= pool->nr_classes)
		return false;
	class = pool->class_of[index];
	if (class->shape.index != index)
		return false;

	*stats = (struct zs_class_stats){
		.index = index,
		.size = class->shape.size,
		.pages_per_zspage = class->shape.pages,
		.objs_per_zspage = class->shape.objs,
		.huge = class->huge,
	};
	class_lock(class);
	class_settle(class);
	for (group = 0; group < ZS_FULLNESS_GROUPS; group++)
		stats->zspages[group] = class->nr_zspages[group];
	stats->objs_allocated = class->objs_allocated;
	stats->objs_inuse = class->objs_inuse;
	stats->freeable_pages = class_wasted_pages(class);
	class_unlock(class);
	return true;
}

void zs_pool_stats(struct zs_pool *pool, struct zs_pool_stats *stats)
{
	struct size_class *class;
	unsigned int index;

	*stats = (struct zs_pool_stats){
		.pages_compacted = atomic_long_read(&pool->pages_compacted),
	};
	pool_for_each_class(pool, class, index)
	{
		struct zs_class_events events;

		class_lock(class);
		class_settle(class);
		events = class->events;
		class_unlock(class);
		stats->zspages_emptied += events.emptied;
		stats->class_runs += events.runs;
		stats->objects_moved += events.moved;
		stats->frees_unlocked += events.unlocked;
		stats->deferred_zspages += events.deferred;
	}
}

void zs_lock_stats(struct zs_pool *pool, struct kc_lock_stat *pool_lock,
		   struct kc_lock_stat *class_locks)
{
	struct size_class *class;
	unsigned int index;

	*pool_lock = (struct kc_lock_stat){ 0 };
	*class_locks = (struct kc_lock_stat){ 0 };
	if (pool->locks == ZS_LOCKS_POOL) {
		spin_lock_stat(&pool->guard, pool_lock);
		return;
	}
	rwlock_stat(&pool->lock, pool_lock);
	pool_for_each_class(pool, class, index) spin_lock_stat(&class->lock, class_locks);
}

void zs_stats_reset(struct zs_pool *pool)
{
	struct size_class *class;
	unsigned int index;

	rwlock_stat_reset(&pool->lock);
	spin_lock_stat_reset(&pool->guard);
	atomic_long_set(&pool->pages_compacted, 0);
	pool_for_each_class(pool, class, index)
	{
		class_settle(class);
		class->events = (struct zs_class_events){ 0 };
		spin_lock_stat_reset(&class->lock);
	}
}
