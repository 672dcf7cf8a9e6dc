// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* pool: making an allocator and taking it apart. */

#include "zsmalloc/pool.h"

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "zsmalloc/free.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/zsmalloc.h"

/* Memory for a pool and its classes, on cache lines of their own. */
static struct zs_pool *alloc_pool(unsigned int classes)
{
	size_t bytes = sizeof(struct zs_pool) + classes * sizeof(struct size_class);
	void *block = kvzalloc(bytes + L1_CACHE_BYTES - 1, GFP_KERNEL);
	struct zs_pool *pool;

	if (!block)
		return NULL;
	pool = (struct zs_pool *)L1_CACHE_ALIGN((unsigned long)block);
	pool->block = block;
	return pool;
}

static void init_classes(struct zs_pool *pool, const struct zs_shape *table, enum zs_groups groups)
{
	struct size_class *class = pool->classes;
	unsigned int index;

	for (index = 0; index < pool->nr_classes; index++) {
		pool->class_of[index] = class;
		if (table[index].index == index) {
			class_init(class, &table[index]);
			class->quarters = groups == ZS_GROUPS_QUARTERS;
			locks_init_class(pool, class);
			class ++;
		}
	}
}

static int init_caches(struct zs_pool *pool, const struct zs_params *params)
{
	unsigned int bytes = sizeof(struct zspage) + params->chain_size * sizeof(u32);
	unsigned int flags = params->slabs == ZS_SLABS_FREELIST ? SLAB_FREELIST : 0;

	pool->handles = kmem_cache_create("zs_handle", ZS_HANDLE_SIZE, 0, flags, NULL);
	if (!pool->handles)
		return -ENOMEM;
	/* Packed: a smaller cache footprint is worth more than a line of its own for each. */
	pool->zspages = kmem_cache_create("zspage", bytes, 0, flags, NULL);
	if (!pool->zspages)
		goto err_destroy_handles;
	return 0;

err_destroy_handles:
	kmem_cache_destroy(pool->handles);
	return -ENOMEM;
}

static void exit_caches(struct zs_pool *pool)
{
	WARN_ON(kmem_cache_destroy(pool->zspages));
	WARN_ON(kmem_cache_destroy(pool->handles));
}

static int init_pool(struct zs_pool *pool, const struct zs_params *params)
{
	int err = init_caches(pool, params);

	if (err)
		return err;
	err = bulk_init(pool);
	if (err)
		goto err_exit_bulk;
	pool->wq = alloc_workqueue(pool->name, WQ_UNBOUND, 1);
	if (!pool->wq) {
		err = -ENOMEM;
		goto err_exit_bulk;
	}
	INIT_WORK(&pool->free_work, deferred_free_work);
	init_llist_head(&pool->deferred);
	return 0;

err_exit_bulk:
	bulk_exit(pool);
	exit_caches(pool);
	return err;
}

/* Put the defaults in for what is 0. Return: false for what cannot be. */
static bool complete_params(struct zs_params *params)
{
	if (!params->chain_size)
		params->chain_size = ZS_DEFAULT_CHAIN;
	if (!params->hold_objs)
		params->hold_objs = ZS_BULK_HOLD;
	return params->chain_size >= ZS_MIN_CHAIN && params->chain_size <= ZS_MAX_CHAIN &&
	       (unsigned int)params->locks <= ZS_LOCKS_SHARDED &&
	       (unsigned int)params->pages <= ZS_PAGES_DEFERRED &&
	       (unsigned int)params->slabs <= ZS_SLABS_FREELIST &&
	       (unsigned int)params->fit <= ZS_FIT_MOST_USED &&
	       (unsigned int)params->groups <= ZS_GROUPS_QUARTERS;
}

/* @table: room for the shapes of all classes */
static struct zs_pool *create_pool(struct zone *zone, const char *name,
				   const struct zs_params *wanted, struct zs_shape *table)
{
	struct zs_pool *pool;
	int err;

	pool = alloc_pool(
		zs_geometry_table(zone->page_shift, wanted->chain_size, wanted->fit, table));
	if (!pool)
		return ERR_PTR(-ENOMEM);

	pool->zone = zone;
	pool->page_shift = zone->page_shift;
	pool->locks = wanted->locks;
	pool->pages = wanted->pages;
	pool->hold_objs = wanted->hold_objs;
	pool->index_mask = locks_index_mask(wanted->locks, zone->page_shift);
	pool->delta_shift = zone->page_shift - ZS_CLASS_BITS;
	pool->nr_classes = zs_geometry_nr_classes(zone->page_shift);
	pool->huge_size = zs_geometry_huge_size(zone->page_shift, table);
	rwlock_init(&pool->lock);
	spin_lock_init(&pool->guard);
	memcpy(pool->name, name, min_t(size_t, strlen(name), sizeof(pool->name) - 1));
	init_classes(pool, table, wanted->groups);
	err = init_pool(pool, wanted);
	if (err) {
		kvfree(pool->block);
		return ERR_PTR(err);
	}
	return pool;
}

struct zs_pool *zs_create_pool(struct zone *zone, const char *name, const struct zs_params *params)
{
	struct zs_params wanted = params ? *params : (struct zs_params){ 0 };
	struct zs_shape *table;
	struct zs_pool *pool;

	if (!complete_params(&wanted))
		return ERR_PTR(-EINVAL);
	table = kvmalloc(ZS_MAX_CLASSES * sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	pool = create_pool(zone, name, &wanted, table);
	kvfree(table);
	return pool;
}

/* Free the objects that are left in a zspage, and the zspage. Return: how many there were. */
static unsigned long drop_zspage(struct zs_pool *pool, struct size_class *class,
				 struct zspage *zspage)
{
	struct zspage_walk walk = { 0 };
	struct zs_place place;
	unsigned long handle;
	unsigned long objs = 0;

	while (zspage_walk_next(pool, class, zspage, &walk, &place, &handle)) {
		kmem_cache_free(pool->handles, (void *)handle);
		objs++;
	}
	WARN_ON(zspage_trylock_pages(pool, class, zspage));
	zspage_unlink(class, zspage);
	zspage_free(pool, class, zspage);
	return objs;
}

unsigned long zs_destroy_pool(struct zs_pool *pool)
{
	struct size_class *class;
	unsigned long objs = 0;
	unsigned int index;
	unsigned int group;

	zs_flush_deferred(pool);
	destroy_workqueue(pool->wq);
	pool_for_each_class(pool, class, index)
	{
		for (group = 0; group < ZS_FULLNESS_GROUPS; group++) {
			while (!list_empty(&class->groups[group]))
				objs += drop_zspage(pool, class,
						    list_first_entry(&class->groups[group],
								     struct zspage, list));
		}
	}
	bulk_exit(pool);
	exit_caches(pool);
	kvfree(pool->block);
	return objs;
}

size_t zs_huge_class_size(struct zs_pool *pool)
{
	return pool->huge_size;
}

unsigned int zs_lookup_class_index(struct zs_pool *pool, size_t size)
{
	return pool->class_of[pool_class_index(pool, size)]->shape.index;
}

unsigned int zs_nr_classes(struct zs_pool *pool)
{
	return pool->nr_classes;
}

unsigned long zs_get_total_pages(struct zs_pool *pool)
{
	return atomic_long_read(&pool->pages_allocated);
}
