/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* pool: the allocator's state, and how a handle leads to its object. */
#ifndef ZSMALLOC_POOL_H
#define ZSMALLOC_POOL_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/prefetch.h>
#include <linux/rwlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <kc_unseen.h>

#include "mm/page.h"
#include "mm/zone.h"
#include "zsmalloc/class.h"
#include "zsmalloc/geometry.h"
#include "zsmalloc/objword.h"
#include "zsmalloc/zpdesc.h"
#include "zsmalloc/zspage.h"

struct bulk_scratch;
struct kmem_cache;

enum {
	ZS_NAME_BYTES = 32,
	/** @ZS_BULK_CALLS: calls of zs_free_bulk() at a time that get a large scratch */
	ZS_BULK_CALLS = 4,
	/** @ZS_BULK_HOLD: most objects freed under one hold of a class lock */
	ZS_BULK_HOLD = 256,
};

/**
 * struct zs_pool - an allocator
 * @zone:	where pages come from
 * @page_shift:	of the zone
 * @locks:	lock design, see locking.h
 * @pages:	where emptied zspages are freed
 * @hold_objs:	most objects freed under one hold of a class lock
 * @index_mask:	the part of an object word that is the index
 * @delta_shift: log2 of the distance between two class indices, in bytes
 * @nr_classes:	class indices in use
 * @huge_size:	smallest payload that is huge
 * @handles:	slab of handle cells
 * @zspages:	slab of struct zspage
 * @class_of:	class that serves each index
 * @block:	the allocation that holds the pool and its classes
 * @lock:	held for reading while a handle is looked up, for writing while objects move
 * @guard:	in place of all class locks, if the design has none of them
 * @pages_allocated: pages in all zspages
 * @pages_compacted: pages freed by compaction
 * @compacting:	1 while somebody compacts
 * @wq:		runs @free_work
 * @free_work:	frees empty zspages that were left to it
 * @deferred:	such zspages that are in their classes no more
 * @scratch:	buffers of zs_free_bulk(); NULL while in use
 * @name:	of its worker thread
 * @classes:	the canonical classes
 */
struct zs_pool {
	struct zone *zone;
	unsigned int page_shift;
	enum zs_locks locks;
	enum zs_pages pages;
	unsigned int hold_objs;
	u64 index_mask;
	unsigned int delta_shift;
	unsigned int nr_classes;
	size_t huge_size;
	struct kmem_cache *handles;
	struct kmem_cache *zspages;
	struct size_class *class_of[ZS_MAX_CLASSES];
	void *block;

	rwlock_t lock ____cacheline_aligned;

	spinlock_t guard ____cacheline_aligned;

	atomic_long_t pages_allocated ____cacheline_aligned;
	atomic_long_t pages_compacted;
	atomic_t compacting;
	struct workqueue_struct *wq;
	struct work_struct free_work;
	struct llist_head deferred;
	struct bulk_scratch *scratch[ZS_BULK_CALLS];
	char name[ZS_NAME_BYTES];
	struct size_class classes[];
};

/**
 * struct zs_place - where an object is
 * @page:	page in which its chunk starts
 * @zspage:	zspage it belongs to
 * @index:	chunk within the zspage
 */
struct zs_place {
	struct page *page;
	struct zspage *zspage;
	unsigned int index;
};

/**
 * pool_cell() - read a handle cell
 * @handle:	handle
 * Return:	the object word, loaded once.
 */
static __always_inline u64 pool_cell(unsigned long handle)
{
	return READ_ONCE(*(u64 *)handle);
}

/** pool_index() - index of an object in its zspage. @pool: pool; @obj: object word */
static __always_inline unsigned int pool_index(const struct zs_pool *pool, u64 obj)
{
	return obj & kc_unseen(pool->index_mask);
}

/**
 * pool_set_cell() - say where an object is
 * @handle:	its handle
 * @obj:	object word
 *
 * Release pairs with the acquire of a free that reads the cell without a lock: all else about the
 * object is ready.
 */
static __always_inline void pool_set_cell(unsigned long handle, u64 obj)
{
	smp_store_release((u64 *)handle, obj);
}

/**
 * pool_place() - what an object word says
 * @pool:	pool
 * @obj:	object word
 * Context:	somebody keeps the object from moving.
 */
static __always_inline struct zs_place pool_place(struct zs_pool *pool, u64 obj)
{
	struct zs_place place;

	place.page =
		pfn_to_page(kc_unseen(pool->zone), zs_obj_pfn(kc_unseen(pool->page_shift), obj));
	place.index = pool_index(pool, obj);
	place.zspage = zpdesc_zspage(place.page);
	return place;
}

/**
 * pool_find() - find an object
 * @pool:	pool
 * @handle:	its handle
 * Context:	somebody keeps the object from moving: the pool lock, the class lock, or the
 *		zspage lock held for reading.
 */
static __always_inline struct zs_place pool_find(struct zs_pool *pool, unsigned long handle)
{
	return pool_place(pool, pool_cell(handle));
}

/** pool_zspage_class() - class of a zspage. @pool: pool; @zspage: zspage */
static __always_inline struct size_class *pool_zspage_class(struct zs_pool *pool,
							    const struct zspage *zspage)
{
	return pool->class_of[zspage->class_index];
}

/**
 * pool_class_index() - class index for a payload
 * @pool:	pool
 * @size:	payload bytes
 */
static __always_inline unsigned int pool_class_index(const struct zs_pool *pool, size_t size)
{
	size_t delta_mask = ((size_t)1 << pool->delta_shift) - 1;
	size_t bytes = size + ZS_HANDLE_SIZE;
	size_t index;

	if (bytes <= ZS_MIN_ALLOC_SIZE)
		return 0;
	index = (bytes - ZS_MIN_ALLOC_SIZE + delta_mask) >> pool->delta_shift;
	return index < pool->nr_classes ? index : pool->nr_classes - 1;
}

/**
 * pool_offset() - offset of a chunk within the page it starts in
 * @pool:	pool
 * @class:	its class
 * @index:	chunk within the zspage
 */
static __always_inline size_t pool_offset(const struct zs_pool *pool,
					  const struct size_class *class, unsigned int index)
{
	return (size_t)index * class->shape.size & (((size_t)1 << kc_unseen(pool->page_shift)) - 1);
}

/**
 * pool_next_class() - walk over the canonical classes, largest first
 * @pool:	pool
 * @index:	in: where to go on below; out: index of the class returned
 * Return:	NULL at the end.
 */
static inline struct size_class *pool_next_class(struct zs_pool *pool, unsigned int *index)
{
	while (*index) {
		struct size_class *class = pool->class_of[--*index];

		if (class->shape.index == *index)
			return class;
	}
	return NULL;
}

/**
 * pool_for_each_class() - visit every canonical class, largest first
 * @pool:	pool
 * @class:	loop variable
 * @index:	unsigned loop variable
 */
#define pool_for_each_class(pool, class, index) \
	for (index = (pool)->nr_classes; (class = pool_next_class(pool, &index));)

/**
 * bulk_init() - allocate the buffers, so that zs_free_bulk() allocates nothing
 * @pool:	has none
 * Return:	0 or -ENOMEM; bulk_exit() frees what there is in either case.
 */
int bulk_init(struct zs_pool *pool);

/** bulk_exit() - free the buffers. @pool: no call is under way */
void bulk_exit(struct zs_pool *pool);

#endif
