// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* class: setting up a size class, and the choices that compaction and the worker make. */

#include "zsmalloc/class.h"

#include <linux/math.h>

/** GROUPS_PARTLY_FULL - the fullness groups 1 to 10 */
#define GROUPS_PARTLY_FULL ((1U << ZS_FULL) - (1U << ZS_LEAST_FULL))

void class_init(struct size_class *class, const struct zs_shape *shape)
{
	unsigned int group;

	spin_lock_init(&class->lock);
	class->guard = &class->lock;
	class->shape = *shape;
	class->tenth = DIV_ROUND_UP((u64)10 << 32, shape->objs);
	class->huge = zs_shape_is_huge(shape);
	for (group = 0; group < ZS_FULLNESS_GROUPS; group++)
		INIT_LIST_HEAD(&class->groups[group]);
}

void class_settle(struct size_class *class)
{
	unsigned long inuse = class->nr_zspages[ZS_FULL] * class->shape.objs;
	struct zspage *zspage;
	struct zspage *next;
	unsigned int group;

	if (!class->sharded)
		return;
	/* Upwards: who is moved goes to a group that has been dealt with. */
	for (group = ZS_LEAST_FULL; group <= ZS_MOST_FULL; group++) {
		list_for_each_entry_safe(zspage, next, &class->groups[group], list) {
			fullness_fix(class, zspage);
			inuse += zspage_inuse(zspage);
		}
	}
	class->events.unlocked += class->objs_inuse - inuse;
	WRITE_ONCE(class->objs_inuse, inuse);
}

struct zspage *fullness_settled_head(struct size_class *class)
{
	struct zspage *zspage = fullness_head(class);
	unsigned int moved;

	for (moved = 0; zspage && moved < ZS_SETTLE_MOST; moved++) {
		unsigned int group = zspage->fullness;

		if (fullness_fix(class, zspage) == group)
			break;
		zspage = fullness_head(class);
	}
	return zspage;
}

unsigned long class_wasted_pages(const struct size_class *class)
{
	unsigned long allocated = READ_ONCE(class->objs_allocated);
	unsigned long inuse = READ_ONCE(class->objs_inuse);

	/* Without the lock the two need not be of one moment. */
	if (allocated <= inuse)
		return 0;
	return (allocated - inuse) / class->shape.objs * class->shape.pages;
}

static struct zspage *take_head(struct size_class *class, unsigned int group)
{
	struct zspage *zspage;

	zspage = list_first_entry(&class->groups[group], struct zspage, list);
	fullness_remove(class, zspage);
	return zspage;
}

struct zspage *fullness_take_target(struct size_class *class)
{
	u32 groups = class->occupied & GROUPS_PARTLY_FULL;

	return groups ? take_head(class, 31 - __builtin_clz(groups)) : NULL;
}

struct zspage *fullness_take_source(struct size_class *class)
{
	u32 groups = class->occupied & GROUPS_PARTLY_FULL;

	return groups ? take_head(class, __builtin_ctz(groups)) : NULL;
}

void fullness_take_empty(struct size_class *class, struct list_head *list)
{
	list_splice_init(&class->groups[ZS_EMPTY], list);
	class->occupied &= ~(1U << ZS_EMPTY);
}
