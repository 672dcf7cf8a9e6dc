// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The contract: one body for every strategy, unit, worker topology and stock, and for some of them
 * on other designs of the allocator; test_combinations.c has a short form for all of those. What
 * is queued and who drains it is in contract_queue.c.
 * Constants are small, so that few operations reach overflow, hand-over and flush. What the rfc
 * preset does not promise (being drained without a further notification) is drained by hand.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/err.h>
#include <linux/minmax.h>

#include "tests/strategy/t_contract.h"
#include "tests/strategy/t_storm.h"
#include "tests/t_tsan.h"

enum {
	STORMS = 3,
	STORM_OPS = 3000,
};

struct t_case the_case;

bool queues(void)
{
	return the_case.ops->units;
}

void settle(struct t_dev *d)
{
	if (zfree_traits(the_case.ops).preset)
		zfree_drain(d->zf);
	t_wait_idle(d->zf);
}

void notify_all(struct t_dev *d)
{
	u32 i;

	for (i = 0; i < d->nr_slots; i++)
		zram_slot_free_notify(d->zram, i);
}

struct zfree_stats stats_of(struct t_dev *d)
{
	struct zfree_stats stats;

	zfree_stats(d->zf, &stats);
	return stats;
}

/* What a storm leaves can be drained to the last item, and another one queues again. */
static void threads_read_what_they_wrote_whatever_is_pending(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct t_storm storm = {
		.nr_threads = THREADS,
		.ops = STORM_OPS / STORMS / the_case.scale,
		.seed = the_case.seed,
	};
	struct zfree_stats stats;
	u64 queued_before = 0;
	unsigned int round;
	struct t_dev d;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	storm.dev = &d;
	for (round = 0; round < STORMS; round++) {
		t_storm_run(&storm);
		if (storm.errors)
			fail_msg("seed %llu: %s", (unsigned long long)storm.seed,
				 storm.first_error);
		storm.seed += THREADS;
		settle(&d);
		zfree_drain(d.zf);
		stats = stats_of(&d);
		assert_int_equal(stats.pending, 0);
		assert_int_equal(stats.queued, stats.drained + stats.cancelled);
		assert_int_equal(stats.notified, stats.queued + stats.overflow);
		assert_true(stats.pending_peak <= d.zf->budget_slots);
		assert_int_equal(stats.queued > queued_before, queues());
		queued_before = stats.queued;
		zram_reset(d.zram);
	}
	assert_int_equal(t_slots_stored(&d), 0);
	assert_int_equal(t_pool_pages(&d), 0);
	t_dev_exit(&d);
}

static void every_notified_slot_is_freed_without_further_notification(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct zram_io_stat io;
	struct t_dev d;
	u32 round, i;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	for (round = 0; round < 8; round++) {
		u32 nr = 1 + (round * 7 + (u32)the_case.seed) % 40;

		for (i = 0; i < nr; i++)
			assert_int_equal(t_write(&d, i * 11, round + 1), 0);
		for (i = 0; i < nr; i++)
			zram_slot_free_notify(d.zram, i * 11);
		settle(&d);
		zram_io_stat(d.zram, &io);
		/* What a worker held as it was notified stays until it is overwritten. */
		assert_true(t_slots_stored(&d) <= io.miss_free);
	}
	t_dev_exit(&d);
}

static void rewrite_wins_over_what_was_queued_before(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	u64 page[T_PAGE_SIZE / sizeof(u64)];
	struct zfree_stats stats;
	struct t_dev d;
	u32 i;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	for (i = 0; i < 8; i++)
		zram_slot_free_notify(d.zram, i);
	for (i = 0; i < 8; i++)
		assert_int_equal(t_write(&d, i, 2), 0);
	zfree_stats(d.zf, &stats);
	if (queues() && the_case.unit == ZFREE_SLOT)
		assert_int_equal(stats.cancelled + stats.drained, stats.queued);
	zfree_drain(d.zf);
	/* Who has an operation for it keeps an exact set: no index of it leads to nothing. */
	if (queues() && the_case.unit == ZFREE_SLOT)
		assert_int_equal(stats_of(&d).stale, the_case.ops->cancel ? 0 : stats.cancelled);
	for (i = 0; i < 8; i++) {
		assert_int_equal(zram_read(d.zram, i, page), 0);
		assert_true(t_page_is(page, i, 2));
	}
	assert_int_equal(t_slots_stored(&d), SLOTS);
	t_dev_exit(&d);
}

static void stale_entries_of_many_rewrites_free_nothing(void **state)
{
	struct zfree_params params = t_params(&the_case, 16);
	u64 page[T_PAGE_SIZE / sizeof(u64)];
	struct t_dev d;
	u32 version = 0;
	u32 i;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	for (i = 0; i < 400; i++) {
		assert_int_equal(t_write(&d, i % 3, ++version), 0);
		zram_slot_free_notify(d.zram, i % 3);
		assert_int_equal(t_write(&d, i % 3, ++version), 0);
	}
	settle(&d);
	zfree_drain(d.zf);
	for (i = 400 - 3; i < 400; i++) {
		assert_int_equal(zram_read(d.zram, i % 3, page), 0);
		assert_true(t_page_is(page, i % 3, version - 2 * (399 - i)));
	}
	t_dev_exit(&d);
}

static void second_notification_frees_a_pending_slot(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct t_dev d;

	(void)state;
	t_has_one_thread();
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	zram_slot_free_notify(d.zram, 5);
	zram_slot_free_notify(d.zram, 5);
	assert_int_equal(t_slots_stored(&d), SLOTS - 1);
	zfree_drain(d.zf);
	assert_int_equal(t_slots_stored(&d), SLOTS - 1);
	assert_int_equal(zfree_pending(d.zf), 0);
	t_dev_exit(&d);
}

static void reset_and_whole_discard_leave_nothing_pending(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct zram_mm_stat mm;
	struct zram_io_stat io;
	struct t_dev d;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	t_write_all(&d);
	notify_all(&d);
	zram_discard(d.zram, 0, (u64)SLOTS << T_PAGE_SHIFT);
	assert_int_equal(zfree_pending(d.zf), 0);
	assert_int_equal(t_slots_stored(&d), 0);

	t_write_all(&d);
	notify_all(&d);
	zram_reset(d.zram);
	assert_int_equal(zfree_pending(d.zf), 0);
	assert_int_equal(t_pool_pages(&d), 0);
	zram_mm_stat(d.zram, &mm);
	zram_io_stat(d.zram, &io);
	assert_int_equal(mm.orig_data_size | mm.compr_data_size | mm.same_pages | mm.huge_pages, 0);
	assert_int_equal(io.notify_free | io.miss_free, 0);
	t_dev_exit(&d);
}

static void detach_frees_what_is_pending(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct t_dev d;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	notify_all(&d);
	t_detach(&d);
	assert_int_equal(t_slots_stored(&d), 0);
	assert_int_equal(t_pool_pages(&d), 0);
	t_dev_exit(&d);
}

static void memory_limit_makes_pending_memory_available(void **state)
{
	struct zfree_params params = t_params_still(&the_case, 8 * SLOTS);
	struct zram_mm_stat mm;
	struct t_dev d;
	u32 i;

	(void)state;
	t_dev_init_as(&d, 2 * SLOTS, &the_case.design);
	for (i = 0; i < SLOTS; i++)
		assert_int_equal(t_write(&d, i, 1), 0);
	t_attach(&d, &the_case, &params);
	zram_mm_stat(d.zram, &mm);
	zram_set_mem_limit(d.zram, mm.mem_used_total);
	for (i = 0; i < SLOTS; i++)
		zram_slot_free_notify(d.zram, i);
	for (i = SLOTS; i < SLOTS + SLOTS / 2; i++)
		assert_int_equal(t_write(&d, i, 1), 0);
	zram_set_mem_limit(d.zram, 0);
	t_dev_exit(&d);
}

static void failed_allocations_fail_the_attach_and_nothing_else(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct zfree *zf = ERR_PTR(-ENOMEM);
	struct t_dev d;
	s64 bytes;
	u64 nth;

	(void)state;
	t_has_one_thread();
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	params.account = &d.account;
	for (nth = 1; IS_ERR(zf); nth++) {
		bytes = mem_account_bytes(&d.account);
		mem_account_fail_nth(&d.account, nth);
		zf = zfree_attach(d.zram, the_case.ops, &params);
		mem_account_fail_none(&d.account);
		if (!IS_ERR(zf))
			break;
		assert_int_equal(PTR_ERR(zf), -ENOMEM);
		assert_int_equal(mem_account_bytes(&d.account), bytes);
		assert_true(nth < 50);
	}
	assert_true(nth > 2);
	d.zf = zf;
	t_dev_exit(&d);
}

static void storm_with_failing_allocations_loses_nothing(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct t_storm storm = {
		.nr_threads = THREADS,
		.ops = STORM_OPS / 2 / the_case.scale,
		.seed = the_case.seed + 100,
		.writes_may_fail = true,
	};
	struct t_dev d;

	(void)state;
	params.batch = ZS_BATCH_RUNS;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	storm.dev = &d;
	/* Workers allocate from the root account. */
	mem_account_fail_share(&d.account, 1, 5, the_case.seed);
	mem_account_fail_share(mem_account_root(), 1, 2, the_case.seed);
	t_storm_run(&storm);
	settle(&d);
	mem_account_fail_none(mem_account_root());
	mem_account_fail_none(&d.account);
	if (storm.errors)
		fail_msg("seed %llu: %s", (unsigned long long)storm.seed, storm.first_error);
	zram_reset(d.zram);
	assert_int_equal(t_pool_pages(&d), 0);
	t_dev_exit(&d);
}

static void drains_in_bulk_end_in_the_same_state(void **state)
{
	enum zs_batch batch;

	(void)state;
	for (batch = ZS_BATCH_RUNS; batch <= ZS_BATCH_SORTED; batch++) {
		struct zfree_params params = t_params(&the_case, BUDGET);
		struct t_dev d;

		params.batch = batch;
		t_dev_init_as(&d, SLOTS, &the_case.design);
		t_write_all(&d);
		t_attach(&d, &the_case, &params);
		notify_all(&d);
		settle(&d);
		notify_all(&d);
		settle(&d);
		zfree_drain(d.zf);
		notify_all(&d);
		zfree_drain(d.zf);
		assert_int_equal(t_slots_stored(&d), 0);
		assert_int_equal(t_pool_pages(&d), 0);
		t_dev_exit(&d);
	}
}

static void memory_is_what_the_strategy_states(void **state)
{
	static const u32 budgets[] = { 1, 5, 64, 1000, 16384 };
	unsigned int i;

	(void)state;
	t_has_one_thread(); /* beside what others see, too */
	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		struct zfree_params params = t_params(&the_case, budgets[i]);
		struct zfree_stats stats;
		struct t_dev d;

		t_dev_init_as(&d, SLOTS, &the_case.design);
		t_write_all(&d);
		t_attach(&d, &the_case, &params);
		notify_all(&d);
		settle(&d);
		zfree_stats(d.zf, &stats);
		if (queues())
			assert_int_equal(stats.strategy_bytes,
					 zfree_traits(the_case.ops).bytes(d.zf));
		else
			assert_int_equal(stats.strategy_bytes, the_case.ops->state_size);
		t_dev_exit(&d);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_read_what_they_wrote_whatever_is_pending),
		cmocka_unit_test(every_notified_slot_is_freed_without_further_notification),
		cmocka_unit_test(whole_budget_can_be_queued_again_and_again),
		cmocka_unit_test(what_reaches_the_kick_is_drained_by_a_worker),
		cmocka_unit_test(pending_is_what_was_queued_and_a_drain_leaves_nothing),
		cmocka_unit_test(threads_together_queue_no_more_than_the_budget),
		cmocka_unit_test(drain_waits_for_a_busy_slot),
		cmocka_unit_test(rewrite_wins_over_what_was_queued_before),
		cmocka_unit_test(stale_entries_of_many_rewrites_free_nothing),
		cmocka_unit_test(second_notification_frees_a_pending_slot),
		cmocka_unit_test(reset_and_whole_discard_leave_nothing_pending),
		cmocka_unit_test(detach_frees_what_is_pending),
		cmocka_unit_test(memory_limit_makes_pending_memory_available),
		cmocka_unit_test(queue_and_cancel_neither_sleep_nor_allocate),
		cmocka_unit_test(failed_allocations_fail_the_attach_and_nothing_else),
		cmocka_unit_test(storm_with_failing_allocations_loses_nothing),
		cmocka_unit_test(drains_in_bulk_end_in_the_same_state),
		cmocka_unit_test(memory_is_what_the_strategy_states),
	};

	if (!t_case_parse(&the_case, argc, argv))
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
