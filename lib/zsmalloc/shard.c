// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* shard: freeing objects without the class lock, and keeping movers and such frees apart. */

#include "zsmalloc/shard.h"

#include "phase.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zs_phase.h"

bool shard_try_free(struct zs_pool *pool, unsigned long handle)
{
	const struct size_class *class;
	union zspage_state old;
	union zspage_state new;
	struct zs_place place;

	/* The pin waits for all misses before it, so have the others come at the same time. */
	if (unlikely(!shard_pin(handle)))
		return false;
	place = pool_find(pool, handle);
	class = pool->class_of[zs_obj_class(pool->page_shift, pool_cell(handle))];
	kc_phase(ZS_PHASE_PUSH);
	old.word = READ_ONCE(place.zspage->state.word);
	do {
		if (old.inuse <= old.floor) {
			kc_phase(ZS_PHASE_LOOKUP);
			return false;
		}
		place_set_free(pool, class, place, old.freeobj);
		new = shard_pushed(class, old, place.index, 1);
	} while (!try_cmpxchg_release(&place.zspage->state.word, &old.word, new.word));
	return true;
}

static void set_floor(const struct size_class *class, struct zspage *zspage, u16 floor)
{
	union zspage_state old;
	union zspage_state new;

	do {
		old = zspage_state(class, zspage);
		new = old;
		new.floor = floor;
	} while (!zspage_change(class, zspage, old, new));
}

void shard_freeze(const struct size_class *class, struct zspage *zspage)
{
	set_floor(class, zspage, ZSPAGE_FROZEN);
}

void shard_thaw(const struct size_class *class, struct zspage *zspage)
{
	union zspage_state thawed = { .word = 0 };

	/* Nobody changes a frozen zspage but who has the class lock, so its number stays. */
	set_floor(class, zspage, shard_floor(class, thawed, zspage_inuse(zspage)));
}

static void unpin_page(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		       const struct page *page, unsigned int end)
{
	struct zspage_walk walk = { 0 };
	struct zs_place place;
	unsigned long handle;

	while (walk.index < end && zspage_walk_next(pool, class, zspage, &walk, &place, &handle)) {
		if (place.index < end && place.page == page)
			shard_unpin(handle);
	}
}

bool shard_pin_page(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		    const struct page *page)
{
	struct zspage_walk walk = { 0 };
	struct zs_place place;
	unsigned long handle;
	unsigned int objs = 0;

	while (zspage_walk_next(pool, class, zspage, &walk, &place, &handle)) {
		if (place.page == page && !shard_pin(handle)) {
			unpin_page(pool, class, zspage, page, place.index);
			return false;
		}
		objs++;
	}
	if (objs == zspage_inuse(zspage))
		return true;
	unpin_page(pool, class, zspage, page, class->shape.objs);
	return false;
}
