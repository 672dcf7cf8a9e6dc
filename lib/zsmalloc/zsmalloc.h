/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zsmalloc: an allocator for compressed pages, ported from the facts of Linux 7.1.
 *
 * Objects of one size class live in zspages, chains of 1 to chain_size separate
 * pages, and may span two of them. A handle is the address of a cell that says
 * where its object is now, so that compaction can move objects.
 */
#ifndef ZSMALLOC_ZSMALLOC_H
#define ZSMALLOC_ZSMALLOC_H

#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "zsmalloc/zs_batch.h"

struct page;
struct zone;
struct zs_pool;

/**
 * enum zs_locks - how objects and classes are protected
 * @ZS_LOCKS_CLASS:	Linux 6.11 to 7.2: a pool-wide reader-writer lock, then the class lock
 * @ZS_LOCKS_POOL:	Linux 6.1 to 6.10: one spinlock for the whole pool
 * @ZS_LOCKS_CLASS_IDX:	Linux 7.3: the class index is in the object word, a free takes the class
 *			lock only
 * @ZS_LOCKS_SHARDED:	ours: a free that leaves the zspage in its fullness group takes no lock
 */
enum zs_locks {
	ZS_LOCKS_CLASS,
	ZS_LOCKS_POOL,
	ZS_LOCKS_CLASS_IDX,
	ZS_LOCKS_SHARDED,
};

/**
 * enum zs_pages - where zs_free() frees the pages of an emptied zspage. Unless all are deferred,
 *		   compaction and the worker free them under the class lock
 * @ZS_PAGES_INSIDE:	under the lock of its class, as up to 7.2
 * @ZS_PAGES_OUTSIDE:	by the same free, after that lock is dropped, as in 7.3
 * @ZS_PAGES_DEFERRED:	by the pool's worker
 */
enum zs_pages {
	ZS_PAGES_INSIDE,
	ZS_PAGES_OUTSIDE,
	ZS_PAGES_DEFERRED,
};

/** zs_locks_names - names of enum zs_locks by value; NULL ends them, as in the next two */
extern const char *const zs_locks_names[];

/** zs_pages_names - of enum zs_pages */
extern const char *const zs_pages_names[];

/**
 * enum zs_slabs - where a freed handle, or the descriptor of a zspage, goes
 * @ZS_SLABS_SHEAVES:	into an array of the CPU, as from Linux 7.2 on
 * @ZS_SLABS_FREELIST:	to its slab, by an atomic exchange of that slab's free list, as before
 */
enum zs_slabs {
	ZS_SLABS_SHEAVES,
	ZS_SLABS_FREELIST,
};

/**
 * enum zs_fit - how many pages the zspages of a class have
 * @ZS_FIT_LEAST_WASTE:	as many as leave the fewest bytes unused
 * @ZS_FIT_MOST_USED:	as many as have the largest share in use, in whole percent (Linux 6.1)
 */
enum zs_fit {
	ZS_FIT_LEAST_WASTE,
	ZS_FIT_MOST_USED,
};

/**
 * enum zs_groups - fullness groups
 * @ZS_GROUPS_TENTHS:	empty, full and ten between them
 * @ZS_GROUPS_QUARTERS:	empty, full, up to three quarters full, and more (Linux 6.1)
 */
enum zs_groups {
	ZS_GROUPS_TENTHS,
	ZS_GROUPS_QUARTERS,
};

/** zs_batch_names - of enum zs_batch */
extern const char *const zs_batch_names[];

enum {
	ZS_MIN_CHAIN = 4,
	ZS_MAX_CHAIN = 16,
	ZS_DEFAULT_CHAIN = 8,
	ZS_FULLNESS_GROUPS = 12,
};

/**
 * struct zs_params - what a pool is made with
 * @chain_size:	most pages a zspage may have, 4 to 16; 0 means 8
 * @fit:	how many pages a zspage has
 * @groups:	how full zspages are told apart
 * @locks:	lock design
 * @pages:	where emptied zspages are freed
 * @slabs:	where freed handles go
 * @hold_objs:	most objects zs_free_bulk() frees under one hold of a class lock; 0 means 256
 */
struct zs_params {
	unsigned int chain_size;
	enum zs_fit fit;
	enum zs_groups groups;
	enum zs_locks locks;
	enum zs_pages pages;
	enum zs_slabs slabs;
	unsigned int hold_objs;
};

/**
 * struct zs_pool_stats - counters of a pool since it was made
 * @pages_compacted:	pages given back by compaction
 * @zspages_emptied:	frees that left a zspage without objects
 * @class_runs:		class-lock holds of zs_free() and zs_free_bulk()
 * @objects_moved:	objects that compaction has moved
 * @deferred_zspages:	empty zspages left to the worker: because a page lock was busy, or all of
 *			them if that is where the pool frees pages
 * @frees_unlocked:	objects freed without a class lock
 */
struct zs_pool_stats {
	u64 pages_compacted;
	u64 zspages_emptied;
	u64 class_runs;
	u64 objects_moved;
	u64 deferred_zspages;
	u64 frees_unlocked;
};

/**
 * struct zs_class_stats - one size class as it stands
 * @index:		canonical class index
 * @size:		chunk size in bytes
 * @pages_per_zspage:	pages in one zspage
 * @objs_per_zspage:	objects in one zspage
 * @zspages:		zspages in each fullness group
 * @objs_allocated:	objects there is room for
 * @objs_inuse:		objects handed out
 * @freeable_pages:	pages compaction could give back
 * @huge:		objects have no header, one per page
 */
struct zs_class_stats {
	unsigned int index;
	unsigned int size;
	unsigned int pages_per_zspage;
	unsigned int objs_per_zspage;
	unsigned long zspages[ZS_FULLNESS_GROUPS];
	unsigned long objs_allocated;
	unsigned long objs_inuse;
	unsigned long freeable_pages;
	bool huge;
};

/**
 * zs_create_pool() - make an empty pool
 * @zone:	where its pages come from; outlives the pool
 * @name:	of the worker thread, the beginning of it; copied
 * @params:	or NULL for the defaults
 *
 * Context:	process, may sleep.
 * Return:	the pool, or ERR_PTR(-EINVAL) for a bad chain size, lock design, place to free
 *		pages or kind of slabs, ERR_PTR(-ENOMEM).
 */
struct zs_pool *zs_create_pool(struct zone *zone, const char *name, const struct zs_params *params);

/**
 * zs_destroy_pool() - take a pool apart
 * @pool:	no other thread may use it any more
 *
 * Context:	process, may sleep; waits for the deferred freeing.
 * Return:	objects that were still allocated. They are freed with the pool
 *		(the kernel leaks them and complains); 0 in a correct program.
 */
unsigned long zs_destroy_pool(struct zs_pool *pool);

/**
 * zs_malloc() - allocate an object
 * @pool:	pool
 * @size:	payload bytes, 1 to the page size
 * @gfp:	GFP_NOWAIT and the like forbid sleeping
 *
 * Context:	takes the class lock; not from inside another class lock.
 * Return:	a handle, or a negative errno in the top 4095 values
 *		(test with IS_ERR_VALUE): -EINVAL for 0, -ENOSPC above a page, -ENOMEM.
 * Source:	mm/zsmalloc.c of Linux 7.1.
 */
unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp);

/**
 * zs_free() - give one object back
 * @pool:	pool that issued the handle
 * @handle:	0 and error values are ignored
 *
 * Context:	any, never sleeps. The pool's lock design says which locks it takes.
 * Source:	mm/zsmalloc.c of Linux 7.1.
 */
void zs_free(struct zs_pool *pool, unsigned long handle);

/**
 * zs_free_bulk() - give many objects back
 * @pool:	pool that issued the handles
 * @handles:	what to free; reordered by the call
 * @nr:		entries in @handles
 * @batch:	how to group them
 *
 * The array is worked on in chunks of some thousand objects, each under one hold of the pool lock.
 * Sorted, a class lock is taken once per chunk and class (bounded: after hold_objs objects it is
 * dropped and retaken), a zspage changes list at most once, and one whose objects are all in the
 * chunk goes without being touched. Runs do the same in the order given. Either way handles are
 * returned in bulk after unlock, and pages in bulk where the pool's parameter says. The free
 * chunks of a zspage are stacked as zs_free() would have, one by one in the order given.
 *
 * Context:	any, never sleeps, allocates nothing.
 * Shape:	@handles[nr], each from zs_malloc() of @pool, none twice; 0 and error
 *		values are skipped. Undefined afterwards.
 * Return:	pages that went back to the zone.
 */
unsigned long zs_free_bulk(struct zs_pool *pool, unsigned long *handles, size_t nr,
			   enum zs_batch batch);

/**
 * zs_obj_read_begin() - look at an object's content
 * @pool:	pool
 * @handle:	object
 * @len:	payload bytes wanted, at most what was asked of zs_malloc()
 * @local_copy:	buffer of @len bytes for an object that spans pages
 *
 * The object cannot move until zs_obj_read_end().
 *
 * Context:	the caller keeps @handle from being freed; may sleep while holding it.
 * Return:	the content, in place or in @local_copy.
 */
void *zs_obj_read_begin(struct zs_pool *pool, unsigned long handle, size_t len, void *local_copy);

/**
 * zs_obj_read_end() - end what zs_obj_read_begin() began
 * @pool:	pool
 * @handle:	object
 */
void zs_obj_read_end(struct zs_pool *pool, unsigned long handle);

/**
 * zs_obj_write() - fill an object
 * @pool:	pool
 * @handle:	object
 * @src:	content
 * @len:	payload bytes, at most what was asked of zs_malloc()
 */
void zs_obj_write(struct zs_pool *pool, unsigned long handle, const void *src, size_t len);

/**
 * zs_compact() - move objects together and give back what becomes empty
 * @pool:	pool; a second caller at the same time returns 0 at once
 *
 * Context:	process, may sleep. Takes pool lock (write), class locks.
 * Return:	pages freed.
 */
unsigned long zs_compact(struct zs_pool *pool);

/**
 * zs_migrate_page() - move one page of a zspage to another page, as memory compaction does
 * @pool:	pool
 * @new:	destination, locked by the caller, fresh from the pool's zone
 * @old:	source, locked by the caller
 *
 * The caller has made sure that @old cannot be freed and allocated anew meanwhile (a reference of
 * its own will do).
 *
 * Context:	process; takes the pool lock (write), a class lock, a zspage lock.
 * Return:	1 when @new has replaced @old, whose last reference the caller now drops; 0 when
 *		@old no longer belongs to a zspage, so that there was nothing to do; -EBUSY when a
 *		reader pins the zspage, or an object in it is just being freed without a lock.
 * Source:	mm/zsmalloc.c of Linux 7.1, which reports success in the first two cases.
 */
int zs_migrate_page(struct zs_pool *pool, struct page *new, struct page *old);

/**
 * zs_flush_deferred() - wait until zspages left to the worker are freed
 * @pool:	pool
 * Context:	process, may sleep. Not with a page lock of the pool's held.
 */
void zs_flush_deferred(struct zs_pool *pool);

/**
 * zs_get_total_pages() - pages the pool holds
 * @pool:	pool
 */
unsigned long zs_get_total_pages(struct zs_pool *pool);

/**
 * zs_huge_class_size() - smallest payload that is stored in a huge zspage
 * @pool:	pool
 * Units:	bytes; 3625 for 4 KiB pages and chain size 8.
 */
size_t zs_huge_class_size(struct zs_pool *pool);

/**
 * zs_lookup_class_index() - canonical class that serves a request
 * @pool:	pool
 * @size:	payload bytes; the 8-byte header is added
 */
unsigned int zs_lookup_class_index(struct zs_pool *pool, size_t size);

/**
 * zs_nr_classes() - class indices there are, canonical or not
 * @pool:	pool
 */
unsigned int zs_nr_classes(struct zs_pool *pool);

/**
 * zs_class_stats() - read one class
 * @pool:	pool
 * @index:	0 to zs_nr_classes() - 1
 * @stats:	filled in under the class lock
 * Return:	true if @index is canonical, else false with @stats untouched.
 */
bool zs_class_stats(struct zs_pool *pool, unsigned int index, struct zs_class_stats *stats);

/**
 * zs_pool_stats() - read the pool's counters
 * @pool:	pool
 * @stats:	filled in; exact at quiescence
 */
void zs_pool_stats(struct zs_pool *pool, struct zs_pool_stats *stats);

/**
 * zs_lock_stats() - add up lock statistics
 * @pool:	pool
 * @pool_lock:	filled in for the pool lock; if the design has but one spinlock, for that
 * @class_locks: filled in for all class locks together; 0 if the design has none
 */
void zs_lock_stats(struct zs_pool *pool, struct kc_lock_stat *pool_lock,
		   struct kc_lock_stat *class_locks);

/**
 * zs_stats_reset() - start zs_lock_stats() and the event counters of zs_pool_stats() anew
 * @pool:	pool, quiescent
 */
void zs_stats_reset(struct zs_pool *pool);

#endif
