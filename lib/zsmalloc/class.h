/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * class: one size class, and the lists its zspages are sorted into by fullness.
 *
 * A new zspage, and one whose group changes, goes to the head of its list; who looks for a zspage
 * takes the head. One that stays in its group keeps its place.
 *
 * Everything that changes in a class is under its lock, which may be the same for all classes of
 * the pool. Numbers are read without it where a snapshot will do, so they are written with
 * WRITE_ONCE().
 *
 * In a sharded class objects are also freed without the lock, see shard.h. A zspage may have fewer
 * objects then than its group and @objs_inuse say, never more; only that it is full, and that it is
 * empty, is always exact. class_settle() makes good for it, and whoever wants to allocate corrects
 * the zspages it looks at.
 */
#ifndef ZSMALLOC_CLASS_H
#define ZSMALLOC_CLASS_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "zsmalloc/geometry.h"
#include "zsmalloc/zspage.h"
#include "zsmalloc/zsmalloc.h"

/** enum zs_fullness - the groups that are special; 1 to 10 are tenths of a zspage in use */
enum zs_fullness {
	ZS_EMPTY = 0,
	ZS_LEAST_FULL = 1,
	ZS_MOST_FULL = 10,
	ZS_FULL = 11,
};

enum {
	/** @ZS_SETTLE_MOST: zspages an allocation moves to the groups they belong in */
	ZS_SETTLE_MOST = 16,
};

/**
 * struct zs_class_events - what has happened in a class
 * @runs:	holds of the class lock by zs_free() and zs_free_bulk()
 * @emptied:	frees that left a zspage without objects
 * @deferred:	empty zspages left to the worker
 * @moved:	objects moved by compaction
 * @unlocked:	objects freed without the lock, of which class_settle() has heard
 */
struct zs_class_events {
	u64 runs;
	u64 emptied;
	u64 deferred;
	u64 moved;
	u64 unlocked;
};

/**
 * struct size_class - chunks of one size
 * @lock:	its own lock
 * @guard:	guards everything below @sharded, and the zspages of the class: @lock or the pool's
 * @shape:	constant
 * @tenth:	10 / objs as a binary fraction of 32 bits, rounded up
 * @huge:	one object per page, no header
 * @quarters:	zspages are grouped by quarters
 * @sharded:	objects are freed without the lock where that is possible
 * @field:	what the object words of the class have between frame and index
 * @occupied:	one bit per fullness group that has zspages on its list
 * @serial:	serial number of the next zspage
 * @objs_allocated: room in all zspages
 * @objs_inuse:	objects handed out
 * @events:	counters
 * @nr_zspages:	per fullness group; one the worker is about to free still counts as empty
 * @groups:	zspages by fullness
 */
struct size_class {
	spinlock_t lock;
	spinlock_t *guard;
	struct zs_shape shape;
	u64 tenth;
	u64 field;
	bool huge;
	bool quarters;
	bool sharded;
	u32 occupied;
	u32 serial;
	unsigned long objs_allocated;
	unsigned long objs_inuse;
	struct zs_class_events events;
	unsigned long nr_zspages[ZS_FULLNESS_GROUPS];
	struct list_head groups[ZS_FULLNESS_GROUPS];
} ____cacheline_aligned;

/** class_event() - one more of them; the kernel does not count. @event: of a locked class */
static inline __kc_unseen void class_event(u64 *event)
{
	++*event;
}

/**
 * class_init() - make an empty class
 * @class:	zeroed
 * @shape:	its layout
 */
void class_init(struct size_class *class, const struct zs_shape *shape);

/**
 * class_wasted_pages() - what compaction could free
 * @class:	class; read without its lock for a snapshot
 * Units:	pages.
 */
unsigned long class_wasted_pages(const struct size_class *class);

/**
 * class_settle() - put every zspage of a class where it belongs, and count what is in use
 * @class:	locked
 *
 * There is nothing to do unless it is sharded. Then every zspage that is neither full nor empty is
 * looked at.
 */
void class_settle(struct size_class *class);

/**
 * class_count() - add to a number of the class
 * @counter:	objs_allocated, objs_inuse or nr_zspages[]
 * @change:	may be negative
 * Context:	class lock held; readers without it see one value or the other.
 */
static __always_inline void class_count(unsigned long *counter, long change)
{
	WRITE_ONCE(*counter, *counter + change);
}

/**
 * fullness_group() - group of a zspage with so many objects
 * @class:	class
 * @inuse:	objects in use
 *
 * floor(floor(100 * inuse / objs) / 10) is floor(10 * inuse / objs), and the fraction's rounding
 * error, below inuse / 2^32, cannot reach the next multiple of 1 / objs. Of four groups the two in
 * the middle are the first and the last of the ten.
 *
 * Source:	mm/zsmalloc.c of Linux 6.6 to 7.3, and of 6.1 for the quarters.
 */
static __always_inline unsigned int fullness_group(const struct size_class *class,
						   unsigned int inuse)
{
	if (!inuse)
		return ZS_EMPTY;
	if (inuse == class->shape.objs)
		return ZS_FULL;
	if (unlikely(kc_unseen(class->quarters)))
		return inuse <= 3 * class->shape.objs / 4 ? ZS_LEAST_FULL : ZS_MOST_FULL;
	return ((u64)inuse * class->tenth >> 32) + 1;
}

/**
 * fullness_insert() - put a zspage at the head of a group
 * @class:	locked
 * @zspage:	on no list
 * @group:	as fullness_group() says
 *
 * With four groups a zspage goes behind a head that is fuller.
 * Source:	insert_zspage() in mm/zsmalloc.c of Linux 6.1.
 */
static __always_inline void fullness_insert(struct size_class *class, struct zspage *zspage,
					    unsigned int group)
{
	struct list_head *at = &class->groups[group];

	zspage->fullness = group;
	if (unlikely(kc_unseen(class->quarters)) && !list_empty(at) &&
	    zspage_inuse(zspage) < zspage_inuse(list_first_entry(at, struct zspage, list)))
		at = at->next;
	list_add(&zspage->list, at);
	class->occupied |= 1U << group;
	class_count(&class->nr_zspages[group], 1);
}

/**
 * fullness_remove() - take a zspage off its group
 * @class:	locked
 * @zspage:	on the list of its group
 */
static __always_inline void fullness_remove(struct size_class *class, struct zspage *zspage)
{
	unsigned int group = zspage->fullness;

	list_del(&zspage->list);
	if (list_empty(&class->groups[group]))
		class->occupied &= ~(1U << group);
	class_count(&class->nr_zspages[group], -1);
}

/**
 * fullness_fix() - move a zspage to where its number of objects puts it
 * @class:	locked
 * @zspage:	on the list of its group
 * Return:	the group it is in now.
 */
static __always_inline unsigned int fullness_fix(struct size_class *class, struct zspage *zspage)
{
	unsigned int group = fullness_group(class, zspage_inuse(zspage));

	if (group != zspage->fullness) {
		fullness_remove(class, zspage);
		fullness_insert(class, zspage, group);
	}
	return group;
}

/**
 * fullness_head() - the best zspage to allocate from, going by the groups
 * @class:	locked
 * Return:	the head of the fullest list that is not full, or NULL.
 */
static __always_inline struct zspage *fullness_head(struct size_class *class)
{
	u32 groups = class->occupied & ~(1U << ZS_FULL);

	if (!groups)
		return NULL;
	return list_first_entry(&class->groups[31 - __builtin_clz(groups)], struct zspage, list);
}

/**
 * fullness_settled_head() - the same in a sharded class
 * @class:	locked
 *
 * Moves zspages that have lost objects to their groups until the head is one that belongs there,
 * or ZS_SETTLE_MOST have been moved.
 */
struct zspage *fullness_settled_head(struct size_class *class);

/**
 * fullness_fullest() - the best zspage to allocate from
 * @class:	locked
 *
 * An empty zspage that waits for the worker is good enough if there is no other.
 *
 * Return:	a zspage that is not full, or NULL.
 */
static __always_inline struct zspage *fullness_fullest(struct size_class *class)
{
	if (unlikely(class->sharded))
		return fullness_settled_head(class);
	return fullness_head(class);
}

/**
 * fullness_take_target() - take the best zspage to move objects into off its list
 * @class:	locked
 * Return:	the head of the fullest list of groups 10 to 1, or NULL.
 */
struct zspage *fullness_take_target(struct size_class *class);

/**
 * fullness_take_source() - take the best zspage to empty off its list
 * @class:	locked
 * Return:	the head of the emptiest list of groups 1 to 10, or NULL.
 */
struct zspage *fullness_take_source(struct size_class *class);

/**
 * fullness_take_empty() - take all zspages that wait for the worker
 * @class:	locked
 * @list:	gets them; they stay counted as empty, but cannot be revived any more
 */
void fullness_take_empty(struct size_class *class, struct list_head *list);

#endif
