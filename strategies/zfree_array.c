// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * array: one bounded array per device behind a lock that producers only ever try (D4, and
 * D7 for handles).
 *
 * Cost:	queue: a trylock, a store, an unlock; drain: a lock and a copy per 64 items
 * Counted:	array slot: notify 22.7 accesses, 4.0 atomics; drain 110.9, 7.7
 * Counted:	array handle: notify 32.7 accesses, 6.0 atomics; drain 88.1, 3.7
 * Memory:	8 bytes per item of the budget, whether pending or not
 * Gives up:	with several producers, or while a drain copies, the trylock fails and the
 *		item is freed at once: it degrades to sync when it is needed most
 *
 * The array is used as a ring, so that producers can go on while a part is drained. The
 * worker is kicked when it is half full, D7's rule, unless the user says otherwise. Entries
 * whose slot was cancelled stay and take up room until they are drained.
 *
 * Exclusion: everything is under the lock; queue gives up instead of waiting for it.
 */

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "strategies/registry.h"

enum {
	ARRAY_COPY = 64, /* items a drain takes out per lock hold */
};

struct zfree_array_state {
	struct zfree zf;
	spinlock_t lock;    /* below the slot lock; nothing is taken inside */
	u32 left;	    /* places before @end that queue() may fill */
	unsigned long *end; /* of the stretch that is being filled */
	unsigned long *ring;
	u32 size;
	u32 head; /* oldest item */
	u32 nr;	  /* items, and the @left places that are kept for some */
};

static struct zfree_array_state *to_array(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_array_state, zf);
}

static int zfree_array_init(struct zfree *zf)
{
	struct zfree_array_state *a = to_array(zf);

	zf->kick_slots = max(zf->budget_slots / 2, 1U);
	spin_lock_init(&a->lock);
	a->size = zf->budget_slots;
	a->ring = kvmalloc_array(a->size, sizeof(*a->ring), GFP_KERNEL);
	return a->ring ? 0 : -ENOMEM;
}

static void zfree_array_exit(struct zfree *zf)
{
	kvfree(to_array(zf)->ring);
}

static inline u32 array_wrap(const struct zfree_array_state *a, u32 at)
{
	return at < a->size ? at : at - a->size;
}

/* The stretch is full: on up to the end of the ring, or to the oldest item. */
static noinline_for_stack u32 array_more(struct zfree_array_state *a)
{
	u32 at = array_wrap(a, a->head + a->nr);
	u32 left = min(a->size - a->nr, a->size - at);

	a->nr += left;
	a->end = a->ring + at + left;
	return left;
}

static bool zfree_array_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_array_state *a = to_array(zf);
	u32 left;

	if (!spin_trylock(&a->lock))
		return false;
	left = a->left;
	if (unlikely(!left))
		left = array_more(a);
	if (likely(left)) {
		a->end[-(long)left] = item;
		a->left = left - 1;
	}
	spin_unlock(&a->lock);
	return left;
}

static u32 array_take(struct zfree_array_state *a, unsigned long *items, u32 want)
{
	u32 i, nr;

	spin_lock(&a->lock);
	nr = min(want, a->nr - a->left);
	for (i = 0; i < nr; i++)
		items[i] = a->ring[array_wrap(a, a->head + i)];
	a->head = array_wrap(a, a->head + nr);
	a->nr -= nr;
	spin_unlock(&a->lock);
	return nr;
}

static u32 zfree_array_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	unsigned long items[ARRAY_COPY];
	u32 taken = 0;
	u32 nr;

	while (taken < budget) {
		nr = array_take(to_array(zf), items, min(budget - taken, (u32)ARRAY_COPY));
		if (!nr)
			break;
		zfree_items(run, items, nr);
		taken += nr;
	}
	return taken;
}

static size_t zfree_array_bytes(const struct zfree *zf)
{
	const struct zfree_array_state *a = to_array(zf);

	return sizeof(*a) + a->size * sizeof(*a->ring);
}

const struct zfree_ops zfree_array = {
	.name = "array",
	.summary = "one bounded array behind a lock that producers only try",
	.units = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct zfree_array_state),
	.traits = &(const struct zfree_traits){ .bytes = zfree_array_bytes },
	.init = zfree_array_init,
	.exit = zfree_array_exit,
	.queue = zfree_array_queue,
	.drain = zfree_array_drain,
};
