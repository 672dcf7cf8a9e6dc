// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zfree: what zfree_attach() takes and refuses, and the effective parameters. */

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/err.h>
#include <linux/minmax.h>

#include "zfree/core.h"
#include "zram/zram.h"

enum {
	T_SLOTS = 256,
};

static int init_error;
static u32 init_kick;

static int fake_init(struct zfree *zf)
{
	zf->kick_slots = init_kick ? init_kick : zf->kick_slots;
	return init_error;
}

static bool fake_queue(struct zfree *zf, unsigned long item)
{
	(void)zf;
	(void)item;
	return false;
}

static bool fake_cancel(struct zfree *zf, unsigned long index)
{
	(void)zf;
	(void)index;
	return false;
}

static u32 fake_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	(void)zf;
	(void)run;
	(void)budget;
	return 0;
}

static const struct zfree_ops fake = {
	.name = "fake",
	.summary = "refuses everything",
	.units = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct zfree),
	.init = fake_init,
	.queue = fake_queue,
	.cancel = fake_cancel,
	.drain = fake_drain,
};

static struct zram *the_zram;

static int make_device(void **state)
{
	const struct zram_params params = { .disksize_bytes = T_SLOTS * 4096, .page_shift = 12 };

	(void)state;
	init_error = 0;
	init_kick = 0;
	the_zram = zram_create(&params);
	return IS_ERR(the_zram);
}

static int destroy_device(void **state)
{
	(void)state;
	zram_destroy(the_zram);
	return 0;
}

static void refused(const struct zfree_ops *ops, const struct zfree_params *params, long err)
{
	struct zfree *zf = zfree_attach(the_zram, ops, params);

	assert_true(IS_ERR(zf));
	assert_int_equal(PTR_ERR(zf), err);
}

static void operations_that_make_no_strategy_are_refused(void **state)
{
	static const struct zfree_preset no_budget = { .kick_slots = 1 };
	static const struct zfree_preset preset = { .budget_slots = 1 };
	struct zfree_traits traits = { .batch = ZS_BATCH_SORTED + 1 };
	struct zfree_ops ops;

	(void)state;
	refused(NULL, NULL, -EINVAL);
	ops = fake;
	ops.name = NULL;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.state_size = sizeof(struct zfree) - 1;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.units = BIT(2);
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.units = 0;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.queue = NULL;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.drain = NULL;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.traits = &traits;
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.units = BIT(ZFREE_HANDLE);
	refused(&ops, NULL, -EINVAL);
	ops = fake;
	ops.traits = &traits;
	traits = (struct zfree_traits){ .preset = &no_budget };
	refused(&ops, NULL, -EINVAL);
	traits = (struct zfree_traits){ .preset = &preset, .hand_over = true };
	refused(&ops, NULL, -EINVAL);
}

static void parameters_out_of_range_are_refused(void **state)
{
	static const struct zfree_params defaults = ZFREE_PARAMS_INIT;
	struct zfree_params p;
	struct zfree_ops slots = fake;

	(void)state;
	slots.units = BIT(ZFREE_SLOT);
	p = defaults;
	p.units = BIT(ZFREE_HANDLE);
	refused(&slots, &p, -EINVAL);
	p.units = BIT(ZFREE_HANDLE + 1);
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.batch = ZS_BATCH_SORTED + 1;
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.workers = ZFREE_WORKERS_PERCPU + 1;
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.nr_workers = ZFREE_MAX_WORKERS + 1;
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.host_cpu = -2;
	refused(&fake, &p, -EINVAL);
	p.host_cpu = 1 << 20;
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.nice = -1;
	refused(&fake, &p, -EINVAL);
	p.nice = ZFREE_MAX_NICE + 1;
	refused(&fake, &p, -EINVAL);
	p = defaults;
	p.delay_us = ZFREE_MAX_DELAY_US + 1;
	refused(&fake, &p, -EINVAL);
}

static void error_of_init_is_passed_on(void **state)
{
	(void)state;
	init_error = -ENODEV;
	refused(&fake, NULL, -ENODEV);
}

/* A positive errno or a number that is none would pass for a pointer. */
static void any_value_but_0_of_init_is_an_error(void **state)
{
	static const int values[] = { 1, ENOMEM, INT_MAX, INT_MIN, -4096 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		init_error = values[i];
		refused(&fake, NULL, -EINVAL);
	}
	init_error = -4095;
	refused(&fake, NULL, -4095);
}

static void second_strategy_is_refused(void **state)
{
	struct zfree *zf = zfree_attach(the_zram, &fake, NULL);

	(void)state;
	assert_false(IS_ERR(zf));
	refused(&fake, NULL, -EBUSY);
	zfree_detach(zf);
	zf = zfree_attach(the_zram, &fake, NULL);
	assert_false(IS_ERR(zf));
	zfree_detach(zf);
}

static void defaults_are_filled_in(void **state)
{
	struct zfree *zf = zfree_attach(the_zram, &fake, NULL);

	(void)state;
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->unit, ZFREE_SLOT);
	assert_int_equal(zf->nr_slots, T_SLOTS);
	assert_int_equal(zf->budget_slots, 16384);
	assert_int_equal(zf->kick_slots, 256);
	assert_int_equal(zf->params->nr_workers, 1);
	assert_int_equal(zf->params->run_slots, 4096);
	assert_int_equal(zf->params->flush_ms, 100);
	assert_int_equal(zf->params->batch, ZS_BATCH_NONE);
	zfree_detach(zf);
}

static void limits_stay_within_the_budget(void **state)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree *zf;

	(void)state;
	p.budget_bytes = 1;
	p.kick_bytes = 1 << 30;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->budget_slots, 1);
	assert_int_equal(zf->kick_slots, 1);
	zfree_detach(zf);

	p.budget_bytes = ~0ULL;
	p.kick_bytes = 1;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->budget_slots, ZFREE_MAX_BUDGET);
	assert_int_equal(zf->kick_slots, 1);
	zfree_detach(zf);
}

static void the_kick_is_what_the_user_asked_for_else_what_the_strategy_says(void **state)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree *zf;

	(void)state;
	init_kick = 77;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->kick_slots, 77);
	zfree_detach(zf);
	p.kick_bytes = 5 * 4096;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->kick_slots, 5);
	zfree_detach(zf);
}

/* What a CPU takes of the budget others may miss, so what is asked for has a bound. */
/* All CPUs together hold at most a quarter of it, unless that makes stocks of next to nothing. */
static void stocks_leave_most_of_a_small_budget_to_others(void **state)
{
	static const u32 stocks[] = { 8, 20, ZFREE_STOCK_SLOTS };
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree *zf;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		p.budget_bytes = (u64)4 * nr_cpu_ids * stocks[i] << 12;
		zf = zfree_attach(the_zram, &fake, &p);
		assert_false(IS_ERR(zf));
		assert_int_equal(zf->core->stock, stocks[i]);
		zfree_detach(zf);
	}
	p.budget_bytes *= 10;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->core->stock, ZFREE_STOCK_SLOTS);
	zfree_detach(zf);
}

static void stock_is_what_was_asked_for_within_the_budget(void **state)
{
	static const u32 asked[] = { 1, 4, 32, 1 << 20 };
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree *zf;
	unsigned int i;

	(void)state;
	p.budget_bytes = 64 * 4096;
	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		p.stock = asked[i];
		zf = zfree_attach(the_zram, &fake, &p);
		assert_false(IS_ERR(zf));
		assert_int_equal(zf->core->stock, min(asked[i], 64U));
		zfree_detach(zf);
	}
	p = (struct zfree_params)ZFREE_PARAMS_INIT;
	p.budget_bytes = 1;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->core->stock, 1);
	zfree_detach(zf);
	p.budget_bytes = 64 * 4096;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	assert_in_range(zf->core->stock, ZFREE_LEAST_STOCK, ZFREE_STOCK_SLOTS);
	zfree_detach(zf);
}

static void preferences_of_the_strategy_yield_to_the_user(void **state)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree_ops ops = fake;
	struct zfree *zf;

	(void)state;
	ops.units = BIT(ZFREE_HANDLE);
	ops.cancel = NULL;
	ops.traits = &(const struct zfree_traits){ .batch = ZS_BATCH_SORTED };
	zf = zfree_attach(the_zram, &ops, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->unit, ZFREE_HANDLE);
	assert_int_equal(zf->params->batch, ZS_BATCH_SORTED);
	zfree_detach(zf);
	p.batch = ZS_BATCH_RUNS;
	zf = zfree_attach(the_zram, &ops, &p);
	assert_false(IS_ERR(zf));
	assert_int_equal(zf->params->batch, ZS_BATCH_RUNS);
	zfree_detach(zf);
}

static void workers_can_be_pinned_to_a_processor_of_the_host(void **state)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;
	struct zfree *zf;

	(void)state;
	p.host_cpu = 0;
	zf = zfree_attach(the_zram, &fake, &p);
	assert_false(IS_ERR(zf));
	zfree_detach(zf);
}

static void refused_items_are_freed_at_once(void **state)
{
	struct zfree *zf = zfree_attach(the_zram, &fake, NULL);
	struct zram_mm_stat mm;
	struct zfree_stats st;
	unsigned int i;

	(void)state;
	assert_false(IS_ERR(zf));
	for (i = 0; i < 100; i++)
		assert_int_equal(zram_write_same(the_zram, i, 42), 0);
	for (i = 0; i < 100; i++)
		zram_slot_free_notify(the_zram, i);
	zram_mm_stat(the_zram, &mm);
	assert_int_equal(mm.orig_data_size, 0);
	zfree_stats(zf, &st);
	assert_int_equal(st.notified, 100);
	assert_int_equal(st.overflow, 100);
	assert_int_equal(st.queued, 0);
	assert_int_equal(st.pending, 0);
	zfree_detach(zf);
}

#define T(test) cmocka_unit_test_setup_teardown(test, make_device, destroy_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(operations_that_make_no_strategy_are_refused),
		T(parameters_out_of_range_are_refused),
		T(error_of_init_is_passed_on),
		T(any_value_but_0_of_init_is_an_error),
		T(second_strategy_is_refused),
		T(defaults_are_filled_in),
		T(limits_stay_within_the_budget),
		T(the_kick_is_what_the_user_asked_for_else_what_the_strategy_says),
		T(stock_is_what_was_asked_for_within_the_budget),
		T(stocks_leave_most_of_a_small_budget_to_others),
		T(preferences_of_the_strategy_yield_to_the_user),
		T(workers_can_be_pinned_to_a_processor_of_the_host),
		T(refused_items_are_freed_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
