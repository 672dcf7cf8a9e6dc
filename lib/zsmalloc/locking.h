/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * locking: which locks an operation takes. This file is the whole of the lock design.
 *
 * Order: page lock, pool lock, class lock, zspage lock. What needs a page lock inside a class lock
 * only tries.
 *
 *   pool lock    reader-writer. Read: a handle is being looked up. Write: objects are moving.
 *   class lock   spinlock. The lists, the numbers and the free chunks of one class.
 *   zspage lock  readers and a trying writer. Read: content is in use. Write: objects are moving.
 *
 * An object moves (its cell changes) only while all three are held, the pool lock for writing and
 * the zspage lock for writing. So each of them alone, held in any mode, keeps it in place.
 *
 * zs_free() looks its object up under the pool lock and drops that as soon as it has the class
 * lock. The pages of a zspage that became empty are freed inside the class lock.
 *
 * Source: mm/zsmalloc.c of Linux 6.11 to 7.1.
 */
#ifndef ZSMALLOC_LOCKING_H
#define ZSMALLOC_LOCKING_H

#include "zsmalloc/pool.h"

/** class_lock() - take a class for oneself. @class: class */
static __always_inline void class_lock(struct size_class *class)
{
	spin_lock(&class->lock);
}

/** class_unlock() - let others at a class. @class: locked */
static __always_inline void class_unlock(struct size_class *class)
{
	spin_unlock(&class->lock);
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

	pool_fetch(pool, handle);
	read_lock(&pool->lock);
	*place = pool_find(pool, handle);
	class = pool->class_of[zpdesc_class_index(place->page)];
	class_lock(class);
	read_unlock(&pool->lock);
	return class;
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
 * The zspages concerned are write-locked one by one after that.
 */
static inline void begin_moving(struct zs_pool *pool, struct size_class *class)
{
	write_lock(&pool->lock);
	pool->moves++;
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
	return rwlock_is_contended(&pool->lock);
}

#endif
