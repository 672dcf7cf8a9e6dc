// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Buffers per CPU: hand-over, what idle CPUs keep, budget in their stock, exact kicks. For
 * the strategies that have buffers, and the part of the core that serves them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/smp.h>
#include <linux/workqueue.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "tests/t_wait.h"
#include "zfree/core.h"

enum {
	SLOTS = 512,
};

static const struct t_case cases[] = {
	{ .ops = &zfree_pcpu_stack, .unit = ZFREE_SLOT, .nr_workers = 1 },
	{ .ops = &zfree_pcpu_page, .unit = ZFREE_SLOT, .nr_workers = 1 },
	{ .ops = &zfree_pcpu_page, .unit = ZFREE_HANDLE, .nr_workers = 1 },
	{ .ops = &zfree_bulk, .unit = ZFREE_HANDLE, .nr_workers = 1 },
};

#define for_each_case(i) for ((i) = 0; (i) < sizeof(cases) / sizeof(cases[0]); (i)++)

struct visit {
	struct t_dev *d;
	u32 from;
	u32 to;
};

static long notify_here(void *arg)
{
	const struct visit *v = arg;
	u32 i;

	for (i = v->from; i < v->to; i++)
		zram_slot_free_notify(v->d->zram, i);
	return 0;
}

static void notify_on(struct t_dev *d, unsigned int cpu, u32 from, u32 to)
{
	struct visit v = { .d = d, .from = from, .to = to };

	work_on_cpu(cpu, notify_here, &v);
}

static void flush_takes_what_idle_cpus_have_left(void **state)
{
	unsigned int i, cpu;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params(&cases[i], 4096);
		struct t_dev d;

		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		t_attach(&d, &cases[i], &params);
		for (cpu = 0; cpu < 8; cpu++)
			notify_on(&d, cpu, cpu * 9, cpu * 9 + 3);
		t_wait_idle(d.zf);
		assert_int_equal(t_slots_stored(&d), SLOTS - 24);
		t_dev_exit(&d);
	}
}

static void partial_buffers_give_way_when_the_budget_is_used_up(void **state)
{
	unsigned int i, cpu;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params_still(&cases[i], 64);
		struct zfree_stats stats;
		struct t_dev d;

		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		params.kick_bytes = 0;
		t_attach(&d, &cases[i], &params);
		/* No CPU fills a buffer, but together they use up the budget. */
		for (cpu = 0; cpu < 16; cpu++)
			notify_on(&d, cpu, cpu * 18, cpu * 18 + 3);
		for (cpu = 0; cpu < 16; cpu++)
			notify_on(&d, cpu, cpu * 18 + 3, cpu * 18 + 9);
		t_until((zfree_stats(d.zf, &stats), stats.drained));
		assert_true(stats.kicks > 0);
		t_dev_exit(&d);
	}
}

static void hand_over_below_the_kick_wakes_nobody(void **state)
{
	unsigned int i;
	u32 n;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params_still(&cases[i], 256);
		struct zfree_stats stats;
		struct t_dev d;

		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		t_attach(&d, &cases[i], &params);
		for (n = 0; n < 60; n++)
			zram_slot_free_notify(d.zram, t_with_handle(n));
		zfree_stats(d.zf, &stats);
		assert_int_equal(stats.kicks, 0);
		assert_int_equal(stats.runs, 0);
		assert_true(stats.pending > 0);
		zfree_drain(d.zf);
		assert_int_equal(zfree_pending(d.zf), 0);
		t_dev_exit(&d);
	}
}

static void stock_of_idle_cpus_comes_back_when_all_is_quiet(void **state)
{
	unsigned int i, cpu;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params(&cases[i], 16384);
		struct t_dev d;

		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		t_attach(&d, &cases[i], &params);
		for (cpu = 0; cpu < 8; cpu++)
			notify_on(&d, cpu, cpu * 9, cpu * 9 + 1);
		assert_true(atomic_long_read(&d.zf->core->reserved) >= 8);
		t_until(!atomic_long_read(&d.zf->core->reserved));
		t_dev_exit(&d);
	}
}

static void cancelled_budget_does_not_pile_up_on_one_cpu(void **state)
{
	static const struct t_case bits = { .ops = &zfree_bitmap,
					    .unit = ZFREE_SLOT,
					    .nr_workers = 1 };
	struct zfree_params params = t_params_still(&bits, 16384);
	struct t_dev d;
	u32 i;

	(void)state;
	t_dev_init(&d, SLOTS);
	t_write_all(&d);
	t_attach(&d, &bits, &params);
	notify_on(&d, 3, 0, 400);
	assert_int_equal(zfree_pending(d.zf), 400);
	for (i = 0; i < 400; i++)
		assert_int_equal(t_write(&d, i, 2), 0);
	assert_int_equal(zfree_pending(d.zf), 0);
	assert_true(atomic_long_read(&d.zf->core->reserved) <= 4 * ZFREE_STOCK_SLOTS);
	t_dev_exit(&d);
}

static u32 reported;

static void report(void *ctx, u32 nr)
{
	(void)ctx;
	__atomic_fetch_add(&reported, nr, __ATOMIC_RELAXED);
}

static void drained_items_are_reported(void **state)
{
	unsigned int i;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params(&cases[i], 64);
		struct zfree_stats stats;
		struct t_dev d;

		reported = 0;
		params.drained = report;
		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		t_attach(&d, &cases[i], &params);
		notify_on(&d, 0, 0, SLOTS);
		t_wait_idle(d.zf);
		zfree_drain(d.zf);
		zfree_stats(d.zf, &stats);
		t_detach(&d);
		assert_int_equal(reported, stats.drained);
		t_dev_exit(&d);
	}
}

/* Called when the flush has drained, and is about to be disarmed if nothing is pending. */
static void leave_credit(void *ctx, u32 nr)
{
	struct visit *v = ctx;

	(void)nr;
	if (v->from == v->to)
		return;
	notify_on(v->d, 1, v->from, v->to);
	for (; v->from < v->to; v->from++)
		t_write(v->d, v->from, 2);
}

/* Room that it has budget for is part of the buffer: without one, the other counts for an item. */
static void flush_that_is_disarmed_leaves_buffers_their_credit(void **state)
{
	unsigned int i;

	(void)state;
	for_each_case(i)
	{
		struct zfree_params params = t_params(&cases[i], 4096);
		struct visit v = { .from = 1, .to = 2 };
		struct zfree_stats stats;
		struct t_dev d;

		if (cases[i].unit != ZFREE_SLOT)
			continue; /* what is pending cannot be cancelled, and so keeps it armed */
		v.d = &d;
		params.drained = leave_credit;
		params.drained_ctx = &v;
		t_dev_init(&d, SLOTS);
		t_write_all(&d);
		t_attach(&d, &cases[i], &params);
		notify_on(&d, 0, 0, 1);
		t_until((zfree_stats(d.zf, &stats), stats.cancelled));
		t_until(!atomic_long_read(&d.zf->core->reserved));
		notify_on(&d, 1, 2, 3);
		zfree_drain(d.zf);
		zfree_stats(d.zf, &stats);
		assert_int_equal(stats.drained, 2);
		assert_int_equal(stats.stale, 1);
		t_dev_exit(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flush_takes_what_idle_cpus_have_left),
		cmocka_unit_test(partial_buffers_give_way_when_the_budget_is_used_up),
		cmocka_unit_test(hand_over_below_the_kick_wakes_nobody),
		cmocka_unit_test(stock_of_idle_cpus_comes_back_when_all_is_quiet),
		cmocka_unit_test(cancelled_budget_does_not_pile_up_on_one_cpu),
		cmocka_unit_test(drained_items_are_reported),
		cmocka_unit_test(flush_that_is_disarmed_leaves_buffers_their_credit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
