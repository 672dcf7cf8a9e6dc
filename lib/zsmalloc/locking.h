/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * locking: which locks an operation takes. This file is the whole of the lock design; the pool's
 * parameter chooses one of four, and all else is the same code.
 *
 *   pool lock    reader-writer. Write: objects are moving.
 *   guard        spinlock. The lists, the numbers and the free chunks of one class: the class's
 *                own lock, or one for all classes of the pool. "Class lock" means either.
 *   zspage lock  readers and a trying writer. Read: content is in use. Write: objects are moving.
 *
 * Order in all designs: page lock, pool lock, class lock, zspage lock. What needs a page lock
 * inside a class lock only tries.
 *
 * In all designs an object moves (its cell changes) only while all three are held, the pool lock
 * for writing and the zspage lock for writing. So each of them alone, held in any mode, keeps it
 * in place. zs_free_bulk() holds the pool lock for reading once per chunk of handles, also in
 * those designs whose zs_free() does without: one acquisition for thousands of objects.
 *
 *		zs_malloc	zs_free				looking at content
 *   class	class		pool (read), then class		pool (read), then zspage (read)
 *   pool	pool-wide	pool-wide			pool-wide, then zspage (read)
 *   class-idx	class		class				pool (read), then zspage (read)
 *   sharded	class		none, mostly; or class		pool (read), then zspage (read)
 *
 * class (Linux 6.11 to 7.2, the same as 5.17 to 6.0): zs_free() looks its object up under the
 * pool lock and drops that as soon as it has the class lock.
 *
 * pool (6.1 to 6.10): one spinlock for everything. A move of objects takes the reader-writer
 * lock in addition, for the sake of bulk frees only; it is free otherwise.
 *
 * class-idx (7.3): the class index is in the object word. A free reads the cell without any
 * lock and locks the class; then it reads the cell again, which stays as it is now. What was read
 * first may be the place of before or after a move, but both are words of the same class: an object
 * never changes class, and a cell is written in one piece.
 *
 * sharded (ours): see shard.h. Like class-idx, but most frees do not take the class lock either.
 *
 * Where zs_free() frees the pages of an emptied zspage is a parameter of its own. The worker, for
 * those with a busy page, and compaction free them under the class lock in any case.
 *
 * Source: mm/zsmalloc.c of Linux 5.17 to 7.3.
 */
#ifndef ZSMALLOC_LOCKING_H
#define ZSMALLOC_LOCKING_H

#include "phase.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/shard.h"
#include "zsmalloc/zs_phase.h"

/** locks_have_index() - do object words have a class index? @locks: design */
static inline bool locks_have_index(enum zs_locks locks)
{
	return locks == ZS_LOCKS_CLASS_IDX || locks == ZS_LOCKS_SHARDED;
}

/**
 * locks_index_mask() - the part of an object word that is the index of the object
 * @locks:	design
 * @page_shift:	12, 14 or 16
 */
static inline u64 locks_index_mask(enum zs_locks locks, unsigned int page_shift)
{
	unsigned int bits = zs_index_bits(page_shift);

	if (locks == ZS_LOCKS_CLASS_IDX)
		bits = zs_class_shift(page_shift);
	else if (locks == ZS_LOCKS_SHARDED)
		bits = ZS_OBJ_PIN_BIT;
	return ((u64)1 << bits) - 1;
}

/**
 * locks_init_class() - have a class locked in the way of the pool
 * @pool:	design chosen
 * @class:	initialised
 */
static inline void locks_init_class(struct zs_pool *pool, struct size_class *class)
{
	if (pool->locks == ZS_LOCKS_POOL)
		class->guard = &pool->guard;
	if (locks_have_index(pool->locks))
		class->field = zs_obj_class_field(pool->page_shift, class->shape.index);
	class->sharded = pool->locks == ZS_LOCKS_SHARDED;
}

/** class_lock() - take a class for oneself. @class: class */
static __always_inline void class_lock(struct size_class *class)
{
	spin_lock(kc_unseen(class->guard));
}

/** class_unlock() - let others at a class. @class: locked */
static __always_inline void class_unlock(struct size_class *class)
{
	spin_unlock(kc_unseen(class->guard));
}

/** lock_by_pool() - lock_object() of the designs without a class index */
static __always_inline struct size_class *lock_by_pool(struct zs_pool *pool, unsigned long handle,
						       struct zs_place *place)
{
	struct size_class *class;

	kc_phase(ZS_PHASE_LOCK);
	if (unlikely(kc_unseen(pool->locks) == ZS_LOCKS_POOL)) {
		spin_lock(&pool->guard);
		kc_phase(ZS_PHASE_LOOKUP);
		*place = pool_find(pool, handle);
		return pool_zspage_class(pool, place->zspage);
	}
	read_lock(&pool->lock);
	kc_phase(ZS_PHASE_LOOKUP);
	*place = pool_find(pool, handle);
	class = pool_zspage_class(pool, place->zspage);
	kc_phase(ZS_PHASE_LOCK);
	class_lock(class);
	read_unlock(&pool->lock);
	return class;
}

/**
 * lock_object() - find an object and lock its class
 * @pool:	pool
 * @handle:	object
 * @place:	filled in
 * Return:	the class, locked; end with class_unlock().
 */
static __always_inline struct size_class *lock_object(struct zs_pool *pool, unsigned long handle,
						      struct zs_place *place)
{
	struct size_class *class;

	if (!locks_have_index(kc_unseen(pool->locks)))
		return lock_by_pool(pool, handle, place);
	class = pool->class_of[zs_obj_class(kc_unseen(pool->page_shift), pool_cell(handle))];
	kc_phase(ZS_PHASE_LOCK);
	class_lock(class);
	kc_phase(ZS_PHASE_LOOKUP);
	*place = pool_find(pool, handle);
	return class;
}

/**
 * free_without_lock() - give an object back without locking anything
 * @pool:	pool
 * @handle:	object; its cell is the caller's to free if this works
 * Return:	false if the design or the object does not allow it; go on with lock_object().
 */
static __always_inline bool free_without_lock(struct zs_pool *pool, unsigned long handle)
{
	return unlikely(kc_unseen(pool->locks) == ZS_LOCKS_SHARDED) && shard_try_free(pool, handle);
}

/**
 * pin_object() - find an object and keep it where it is
 * @pool:	pool
 * @handle:	object
 * Return:	where it is; end with unpin_object().
 */
static __always_inline struct zs_place pin_object(struct zs_pool *pool, unsigned long handle)
{
	struct zs_place place;

	if (unlikely(pool->locks == ZS_LOCKS_POOL)) {
		spin_lock(&pool->guard);
		place = pool_find(pool, handle);
		zspage_read_lock(&place.zspage->lock);
		spin_unlock(&pool->guard);
		return place;
	}
	read_lock(&pool->lock);
	place = pool_find(pool, handle);
	zspage_read_lock(&place.zspage->lock);
	read_unlock(&pool->lock);
	return place;
}

/** unpin_object() - end what pin_object() began. @zspage: of the object */
static __always_inline void unpin_object(struct zspage *zspage)
{
	zspage_read_unlock(&zspage->lock);
}

/**
 * hold_objects() - keep all objects where they are
 * @pool:	pool; class locks may be taken inside
 */
static __always_inline void hold_objects(struct zs_pool *pool)
{
	read_lock(&pool->lock);
}

/** release_objects() - end what hold_objects() began. @pool: pool */
static __always_inline void release_objects(struct zs_pool *pool)
{
	read_unlock(&pool->lock);
}

/**
 * begin_moving() - get the right to move objects of one class
 * @pool:	pool
 * @class:	locked when it returns
 *
 * The zspages concerned are seized one by one after that.
 */
static inline void begin_moving(struct zs_pool *pool, struct size_class *class)
{
	write_lock(&pool->lock);
	class_lock(class);
}

/** end_moving() - end what begin_moving() began. @pool: pool; @class: class */
static inline void end_moving(struct zs_pool *pool, struct size_class *class)
{
	class_unlock(class);
	write_unlock(&pool->lock);
}

/** moving_is_awaited() - does somebody wait for who moves objects? @pool: pool */
static inline bool moving_is_awaited(struct zs_pool *pool)
{
	return rwlock_is_contended(&pool->lock) ||
	       (pool->locks == ZS_LOCKS_POOL && spin_is_contended(&pool->guard));
}

/**
 * seize_zspage() - get the right to move objects away from a zspage
 * @class:	begin_moving() has locked it
 * @zspage:	of that class
 * Return:	false if a reader is in the way; otherwise end with let_go_zspage().
 */
static inline bool seize_zspage(const struct size_class *class, struct zspage *zspage)
{
	if (!zspage_write_trylock(&zspage->lock))
		return false;
	if (class->sharded)
		shard_freeze(class, zspage);
	return true;
}

/** let_go_zspage() - end what seize_zspage() began. @class: locked; @zspage: seized */
static inline void let_go_zspage(const struct size_class *class, struct zspage *zspage)
{
	if (class->sharded)
		shard_thaw(class, zspage);
	zspage_write_unlock(&zspage->lock);
}

/**
 * seize_object() - get the right to move one object
 * @class:	locked
 * @handle:	object of a seized zspage
 * Return:	false if it is being freed; otherwise pool_set_cell() ends it.
 */
static inline bool seize_object(const struct size_class *class, unsigned long handle)
{
	return !class->sharded || shard_pin(handle);
}

/**
 * seize_page() - get the right to move all objects that start in a page
 * @pool:	pool
 * @class:	locked
 * @zspage:	seized
 * @page:	of @zspage
 * Return:	false if some are being freed; otherwise pool_set_cell() of each ends it.
 */
static inline bool seize_page(struct zs_pool *pool, const struct size_class *class,
			      struct zspage *zspage, const struct page *page)
{
	return !class->sharded || shard_pin_page(pool, class, zspage, page);
}

#endif
