// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * bitmap: one bit per slot of the device, and a worker that walks it (D1). rfc: the same
 * under the constants of the RFC of April 2026.
 *
 * Cost:	queue: one atomic bit operation on a word 64 slots share; cancel: one more;
 *		drain: one per slot, and one load per 64 slots of the device to find them
 * Counted:	bitmap slot: notify 13.7 accesses, 4.0 atomics; drain 113.7, 8.6
 * Counted:	rfc slot: notify 18.0 accesses, 6.0 atomics; drain 124.7, 9.6
 * Memory:	1 bit per slot of the device, nothing per pending item
 * Gives up:	a few pending slots far apart cost a walk over the whole map; slots are freed
 *		in index order, not in the order they were dropped
 *
 * The bit of slot i is set and cleared by cancel under the slot lock of i. A drain clears it
 * before it tries that lock, and sets it again if the slot was busy: its holder may cancel
 * in between, which leaves a bit without ZRAM_DEFERRED. Such a bit is drained as nothing, or
 * becomes right again when the slot is queued once more.
 *
 * The patch that rfc stands for would have 12 of its 18 accesses: slot lock 3, table 1, statistic
 * 1, bitmap 2, shared counter 2, queue_work() on pending work 3. The others lead to the hook, the
 * counter and the worker, which a patch has at hand.
 *
 * Exclusion (- none, s: by the slot lock if it is the same slot):
 *			queue	cancel	drain
 *	queue		s	s	-
 *	cancel		s	s	-
 *	drain		-	-	-	(who clears the bit has the item)
 */

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "strategies/registry.h"

struct zfree_bitmap_state {
	struct zfree zf;
	unsigned long *map;
	u32 cursor; /* where the next run starts; a hint, racing runs may lose an update */
};

static struct zfree_bitmap_state *to_bitmap(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_bitmap_state, zf);
}

static int zfree_bitmap_init(struct zfree *zf)
{
	struct zfree_bitmap_state *b = to_bitmap(zf);

	b->map = kvcalloc(BITS_TO_LONGS(zf->nr_slots), sizeof(*b->map), GFP_KERNEL);
	return b->map ? 0 : -ENOMEM;
}

static void zfree_bitmap_exit(struct zfree *zf)
{
	kvfree(to_bitmap(zf)->map);
}

static bool zfree_bitmap_queue(struct zfree *zf, unsigned long item)
{
	set_bit((long)item, to_bitmap(zf)->map);
	return true;
}

static bool zfree_bitmap_cancel(struct zfree *zf, unsigned long index)
{
	return test_and_clear_bit((long)index, to_bitmap(zf)->map);
}

/* Frees what is set in [from, to) until @budget is used up; @from advances past it. */
static u32 bitmap_walk(struct zfree_bitmap_state *b, struct zfree_run *run, u32 *from, u32 to,
		       u32 budget)
{
	unsigned long bit;
	u32 taken = 0;

	while (taken < budget) {
		bit = find_next_bit(b->map, to, *from);
		if (bit >= to) {
			*from = to;
			break;
		}
		*from = (u32)bit + 1;
		if (!test_and_clear_bit((long)bit, b->map))
			continue;
		if (zfree_slot_try(run, (u32)bit))
			taken++;
		else
			set_bit((long)bit, b->map);
	}
	return taken;
}

static u32 zfree_bitmap_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_bitmap_state *b = to_bitmap(zf);
	u32 start = READ_ONCE(b->cursor);
	u32 at = start;
	u32 taken;

	taken = bitmap_walk(b, run, &at, zf->nr_slots, budget);
	if (taken < budget) {
		at = 0;
		taken += bitmap_walk(b, run, &at, start, budget - taken);
		if (at == start && taken < budget)
			at = 0;
	}
	WRITE_ONCE(b->cursor, at);
	return taken;
}

static size_t zfree_bitmap_bytes(const struct zfree *zf)
{
	return sizeof(struct zfree_bitmap_state) + BITS_TO_LONGS(zf->nr_slots) * sizeof(long);
}

const struct zfree_ops zfree_bitmap = {
	.name = "bitmap",
	.summary = "flat bitmap, one bit per slot, walked by a worker",
	.units = BIT(ZFREE_SLOT),
	.state_size = sizeof(struct zfree_bitmap_state),
	.traits = &(const struct zfree_traits){ .bytes = zfree_bitmap_bytes },
	.init = zfree_bitmap_init,
	.exit = zfree_bitmap_exit,
	.queue = zfree_bitmap_queue,
	.cancel = zfree_bitmap_cancel,
	.drain = zfree_bitmap_drain,
};

/*
 * "More than 30000 pending: free at once" is tested before counting, so 30001 can be
 * pending; "more than 200: queue the worker" after it.
 */
static const struct zfree_preset zfree_rfc_preset = {
	.budget_slots = 30001,
	.kick_slots = 201,
};

const struct zfree_ops zfree_rfc = {
	.name = "rfc",
	.summary = "bitmap as published: 30000 slots, kick above 200, one pass, no flush",
	.units = BIT(ZFREE_SLOT),
	.state_size = sizeof(struct zfree_bitmap_state),
	.traits = &(const struct zfree_traits){ .preset = &zfree_rfc_preset,
						.bytes = zfree_bitmap_bytes },
	.init = zfree_bitmap_init,
	.exit = zfree_bitmap_exit,
	.queue = zfree_bitmap_queue,
	.cancel = zfree_bitmap_cancel,
	.drain = zfree_bitmap_drain,
};
