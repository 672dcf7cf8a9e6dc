// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * compact: moving objects from the emptiest zspages of a class into the fullest.
 *
 * A zspage being emptied is write-locked, so nobody reads from it. The one being filled is not:
 * the objects it has stay where they are.
 */

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "zsmalloc/free.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

/* Copy a chunk, header included; both ends may span two pages. */
static void copy_chunk(struct zs_pool *pool, const struct size_class *class,
		       const struct zs_place *to, const struct zs_place *from)
{
	size_t page_size = (size_t)1 << pool->page_shift;
	size_t to_offset = pool_offset(pool, class, to->index);
	size_t from_offset = pool_offset(pool, class, from->index);
	struct page *to_page = to->page;
	struct page *from_page = from->page;
	size_t left = class->shape.size;

	while (left) {
		size_t bytes = min(left, page_size - max(to_offset, from_offset));

		memcpy((char *)page_address(pool->zone, to_page) + to_offset,
		       (char *)page_address(pool->zone, from_page) + from_offset, bytes);
		left -= bytes;
		to_offset += bytes;
		from_offset += bytes;
		if (left && to_offset == page_size) {
			to_page = zpdesc_next(to_page);
			to_offset = 0;
		}
		if (left && from_offset == page_size) {
			from_page = zpdesc_next(from_page);
			from_offset = 0;
		}
	}
}

/* Move objects, lowest address first, until the target is full or the source empty. */
static void move_objects(struct zs_pool *pool, struct size_class *class, struct zspage *source,
			 struct zspage *target)
{
	struct zspage_walk walk = { 0 };
	unsigned long handle;
	struct zs_place from;

	while (zspage_inuse(target) < class->shape.objs &&
	       zspage_walk_next(pool, class, source, &walk, &from, &handle)) {
		struct zs_place to;
		u64 obj;

		if (!seize_object(class, handle))
			continue;
		obj = zspage_pop(pool, class, target, handle);
		to = pool_place(pool, obj);
		copy_chunk(pool, class, &to, &from);
		pool_set_cell(handle, obj);
		zspage_push(pool, class, from);
		class_event(&class->events.moved);
	}
}

static void put_back(struct size_class *class, struct zspage *zspage)
{
	fullness_insert(class, zspage, fullness_group(class, zspage_inuse(zspage)));
}

/*
 * Empty one source into @target as far as it goes.
 * Return: false if there is no source that may be emptied, or not all of it could be moved because
 * somebody is about to free it.
 */
static bool empty_source(struct zs_pool *pool, struct size_class *class, struct zspage *target,
			 unsigned long *freed)
{
	struct zspage *source = fullness_take_source(class);

	if (!source)
		return false;
	if (!seize_zspage(class, source)) {
		put_back(class, source);
		return false;
	}
	move_objects(pool, class, source, target);
	let_go_zspage(class, source);

	put_back(class, source);
	if (source->fullness != ZS_EMPTY)
		return zspage_inuse(target) == class->shape.objs;
	/* Freed for the count even if it is left to the worker. */
	*freed += class->shape.pages;
	if (zspage_retire(pool, class, source) == ZS_DETACHED)
		zspage_free(pool, class, source);
	return true;
}

static unsigned long compact_class(struct zs_pool *pool, struct size_class *class)
{
	struct zspage *target = NULL;
	unsigned long freed = 0;

	begin_moving(pool, class);
	class_settle(class);
	while (class_wasted_pages(class)) {
		if (!target)
			target = fullness_take_target(class);
		if (!target || !empty_source(pool, class, target, &freed))
			break;
		if (zspage_inuse(target) == class->shape.objs || moving_is_awaited(pool)) {
			put_back(class, target);
			target = NULL;
			end_moving(pool, class);
			cond_resched();
			begin_moving(pool, class);
		}
	}
	if (target)
		put_back(class, target);
	end_moving(pool, class);
	return freed;
}

unsigned long zs_compact(struct zs_pool *pool)
{
	struct size_class *class;
	unsigned long freed = 0;
	unsigned int index;

	if (atomic_xchg(&pool->compacting, 1))
		return 0;
	pool_for_each_class(pool, class, index) freed += compact_class(pool, class);
	atomic_long_add(freed, &pool->pages_compacted);
	/* Whoever compacts next must see what this one has done, hence release. */
	atomic_set_release(&pool->compacting, 0);
	return freed;
}
