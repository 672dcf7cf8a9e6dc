// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* rfc: the exact numbers that follow from the published constants, flaws included. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "tests/t_wait.h"
#include "zfree/core.h"
#include "zram/slot.h"

enum {
	RFC_SLOTS = 30100,
	RFC_CAP = 30001,
	RFC_KICK = 201,
};

static const struct t_case rfc = {
	.ops = &zfree_rfc,
	.unit = ZFREE_SLOT,
	.workers = ZFREE_WORKERS_UNBOUND,
	.nr_workers = 1,
};

static void attach_rfc(struct t_dev *d)
{
	struct zfree_params params = t_params(&rfc, 64);

	t_dev_init(d, RFC_SLOTS);
	t_attach(d, &rfc, &params);
}

static struct zfree_stats stats_of(struct t_dev *d)
{
	struct zfree_stats stats;

	zfree_stats(d->zf, &stats);
	return stats;
}

static void notify_range(struct t_dev *d, u32 from, u32 to)
{
	for (; from < to; from++)
		zram_slot_free_notify(d->zram, from);
}

/*
 * The worker skips a slot that is still locked by the notification that queued the worker, as in
 * the RFC, and nothing frees it then; so it is kept out until that notification is over.
 */
static void notify_before_the_worker(struct t_dev *d, u32 index)
{
	down_write(&d->zf->core->run_lock);
	zram_slot_free_notify(d->zram, index);
	up_write(&d->zf->core->run_lock);
}

static void worker_is_first_queued_at_the_201st(void **state)
{
	struct t_dev d;

	(void)state;
	attach_rfc(&d);
	notify_range(&d, 0, RFC_KICK - 1);
	assert_int_equal(stats_of(&d).kicks, 0);
	assert_int_equal(stats_of(&d).pending, RFC_KICK - 1);
	assert_int_equal(stats_of(&d).runs, 0);
	notify_before_the_worker(&d, RFC_KICK - 1);
	assert_int_equal(stats_of(&d).kicks, 1);
	t_wait_idle(d.zf);
	assert_int_equal(stats_of(&d).queued, RFC_KICK);
	assert_int_equal(stats_of(&d).drained, RFC_KICK);
	t_dev_exit(&d);
}

static void two_hundred_stay_pending_for_ever(void **state)
{
	struct t_dev d;

	(void)state;
	attach_rfc(&d);
	notify_range(&d, 0, RFC_KICK - 1);
	kc_sleep_ns(50 * 1000 * 1000);
	assert_int_equal(stats_of(&d).pending, RFC_KICK - 1);
	zfree_drain(d.zf);
	assert_int_equal(stats_of(&d).pending, 0);
	t_dev_exit(&d);
}

/* How much is lazy depends on the worker's speed, so it is kept out of its runs. */
static void cap_is_reached_at_30001_and_then_frees_are_direct(void **state)
{
	struct zfree_stats stats;
	struct t_dev d;

	(void)state;
	attach_rfc(&d);
	down_write(&d.zf->core->run_lock);
	notify_range(&d, 0, RFC_CAP);
	stats = stats_of(&d);
	assert_int_equal(stats.queued, RFC_CAP);
	assert_int_equal(stats.overflow, 0);
	notify_range(&d, RFC_CAP, RFC_SLOTS);
	stats = stats_of(&d);
	assert_int_equal(stats.queued, RFC_CAP);
	assert_int_equal(stats.overflow, RFC_SLOTS - RFC_CAP);
	assert_int_equal(stats.pending_peak, RFC_CAP);
	assert_in_range(stats.kicks, 1, 2);
	up_write(&d.zf->core->run_lock);
	t_wait_idle(d.zf);
	t_dev_exit(&d);
}

static void rewrite_gives_back_its_place_at_once(void **state)
{
	struct t_dev d;
	u32 i;

	(void)state;
	attach_rfc(&d);
	for (i = 0; i < RFC_KICK - 1; i++)
		assert_int_equal(t_write(&d, i, 1), 0);
	notify_range(&d, 0, RFC_KICK - 1);
	assert_int_equal(t_write(&d, 7, 2), 0);
	assert_int_equal(stats_of(&d).cancelled, 1);
	zram_slot_free_notify(d.zram, RFC_KICK);
	assert_int_equal(stats_of(&d).kicks, 0);
	notify_before_the_worker(&d, RFC_KICK + 1);
	assert_int_equal(stats_of(&d).kicks, 1);
	t_wait_idle(d.zf);
	assert_int_equal(t_slots_stored(&d), 1);
	t_dev_exit(&d);
}

static void busy_slot_is_skipped_and_left_behind(void **state)
{
	struct t_dev d;

	(void)state;
	attach_rfc(&d);
	notify_range(&d, 0, RFC_KICK - 1);
	slot_lock(d.zram, 3);
	notify_before_the_worker(&d, RFC_KICK - 1);
	t_until(stats_of(&d).drained == RFC_KICK - 1);
	slot_unlock(d.zram, 3);
	kc_sleep_ns(20 * 1000 * 1000);
	assert_int_equal(stats_of(&d).pending, 1);
	t_dev_exit(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worker_is_first_queued_at_the_201st),
		cmocka_unit_test(two_hundred_stay_pending_for_ever),
		cmocka_unit_test(cap_is_reached_at_30001_and_then_frees_are_direct),
		cmocka_unit_test(rewrite_gives_back_its_place_at_once),
		cmocka_unit_test(busy_slot_is_skipped_and_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
