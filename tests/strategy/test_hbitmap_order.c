// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * hbitmap where atomics without a value are late, as on arm64: a queue that comes in the middle of
 * a drain and whose bits others see only some steps later. Every pair of such steps is tried. Only
 * a barrier, or an atomic that returns a value, makes the bits visible at once.
 *
 * The file is included to have its atomics pass by here.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/atomic.h>
#include <linux/minmax.h>

#include "zfree/zfree.h"

enum {
	OTHER = 70000, /* pending before, so that all summaries are set */
	SLOT = 70001,  /* in the same word */
	SLOTS = 1 << 18,
	MAX_POSTED = 8,
	NEVER = 1 << 30,
};

/* What the queue in progress has done and nobody else sees yet. */
struct posted {
	atomic_long_t *word;
	long mask;
};

static struct {
	struct zfree *zf;
	u32 step; /* of the drain */
	u32 queue_at;
	u32 visible_at;
	bool in_queue;
	struct posted posted[MAX_POSTED];
	u32 nr;
	bool freed; /* SLOT */
} order;

static void publish(void)
{
	while (order.nr) {
		order.nr--;
		atomic_long_or(order.posted[order.nr].mask, order.posted[order.nr].word);
	}
}

static void queue_it(void);

/* Before each access of the drain. */
static void step(void)
{
	u32 now = order.step++;

	if (now == order.queue_at)
		queue_it();
	if (now == order.visible_at)
		publish();
}

static void order_or(long mask, atomic_long_t *word)
{
	if (!order.in_queue) {
		step();
		atomic_long_or(mask, word);
		return;
	}
	assert_true(order.nr < MAX_POSTED);
	order.posted[order.nr++] = (struct posted){ word, mask };
}

static long order_read(const atomic_long_t *word)
{
	long value;
	u32 i;

	if (!order.in_queue)
		step();
	value = atomic_long_read(word);
	for (i = 0; order.in_queue && i < order.nr; i++)
		if (order.posted[i].word == word)
			value |= order.posted[i].mask;
	return value;
}

static void order_barrier(void)
{
	if (order.in_queue)
		publish();
	else
		step();
}

static long order_fetch_andnot(long mask, atomic_long_t *word)
{
	order_barrier();
	return atomic_long_fetch_andnot(mask, word);
}

static long order_xchg(atomic_long_t *word, long value)
{
	order_barrier();
	return atomic_long_xchg(word, value);
}

static bool order_slot_try(struct zfree_run *run, u32 index)
{
	(void)run;
	step();
	order.freed |= index == SLOT;
	return true;
}

#undef smp_mb__after_atomic
#define smp_mb__after_atomic	 order_barrier
#define atomic_long_or		 order_or
#define atomic_long_read	 order_read
#define atomic_long_fetch_andnot order_fetch_andnot
#define atomic_long_xchg	 order_xchg
#define zfree_slot_try		 order_slot_try
#include "strategies/zfree_hbitmap.c"

static void queue_it(void)
{
	order.in_queue = true;
	zfree_hbitmap_queue(order.zf, SLOT);
	order.in_queue = false;
}

/* Return: steps the drain took. */
static u32 drain_meets_a_queue(u32 queue_at, u32 visible_at)
{
	struct zfree_hbitmap_state *h = kzalloc(sizeof(*h), GFP_KERNEL);
	u32 steps;

	assert_non_null(h);
	h->zf.ops = &zfree_hbitmap;
	h->zf.nr_slots = SLOTS;
	assert_int_equal(zfree_hbitmap_init(&h->zf), 0);
	memset(&order, 0, sizeof(order));
	order.queue_at = NEVER;
	order.zf = &h->zf;
	zfree_hbitmap_queue(&h->zf, OTHER);

	order.step = 0;
	order.queue_at = queue_at;
	order.visible_at = visible_at;
	zfree_hbitmap_drain(&h->zf, NULL, SLOTS);
	steps = order.step;
	publish();
	order.queue_at = NEVER;
	if (queue_at < steps && !order.freed)
		zfree_hbitmap_drain(&h->zf, NULL, SLOTS);
	if (queue_at < steps && !order.freed)
		fail_msg("queued at step %u of a drain, visible at %u: lost", queue_at, visible_at);
	zfree_hbitmap_exit(&h->zf);
	kfree(h);
	return steps;
}

static void no_item_is_lost_whenever_its_bits_become_visible(void **state)
{
	u32 steps = drain_meets_a_queue(NEVER, NEVER);
	u32 queue_at, visible_at;

	(void)state;
	assert_in_range(steps, 10, 1000);
	for (queue_at = 0; queue_at < steps; queue_at++)
		for (visible_at = queue_at; visible_at <= steps + 10; visible_at++)
			drain_meets_a_queue(queue_at, visible_at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_item_is_lost_whenever_its_bits_become_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
