// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Batches do what their names say under every strategy and unit: seen in how often a drain takes
 * class locks. The device is filled in stripes of two object sizes, and notified in order, so
 * `none` takes a lock per object, `runs` one per stripe or two, `sorted` one per class or so.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"

enum {
	SLOTS = 512,
	STRIPE = 64,
	RUNS_MOST = 4 * SLOTS / STRIPE, /* a container may cut stripes, or mirror them */
	SORTED_MOST = 8,
};

/* Nobody reads them, so that any bytes will do for what a compressor has made of a page. */
static void write_stripes(struct t_dev *d)
{
	static const char data[2048];
	u32 slot;

	for (slot = 0; slot < SLOTS; slot++)
		assert_int_equal(zram_write_compressed(d->zram, slot, data,
						       slot / STRIPE % 2 ? 400 : 1600),
				 0);
}

/* Class locks taken by the drain of a full device. */
static u64 locks_of_a_drain(const struct zfree_ops *ops, enum zfree_unit unit, enum zs_batch batch)
{
	struct t_case c = { .ops = ops, .unit = unit, .nr_workers = 1 };
	struct zfree_params params = t_params_still(&c, 8 * SLOTS);
	struct kc_lock_stat pool_lock, class_locks;
	struct t_dev d;
	u32 i;

	params.batch = batch;
	params.run_slots = 2 * SLOTS;
	t_dev_init(&d, SLOTS);
	write_stripes(&d);
	t_attach(&d, &c, &params);
	for (i = 0; i < SLOTS; i++)
		zram_slot_free_notify(d.zram, i);
	assert_int_equal(zfree_pending(d.zf), SLOTS);
	zs_stats_reset(zram_pool(d.zram));
	zfree_drain(d.zf);
	zs_lock_stats(zram_pool(d.zram), &pool_lock, &class_locks);
	assert_int_equal(t_slots_stored(&d), 0);
	t_dev_exit(&d);
	return class_locks.acquisitions;
}

static void batch_decides_how_often_a_drain_locks_classes(void **state)
{
	unsigned int i, unit;

	(void)state;
	for (i = 0; i < zfree_nr_strategies(); i++) {
		const struct zfree_ops *ops = zfree_strategy(i);

		/* rfc: its worker comes by itself, whatever it is told. */
		if (zfree_traits(ops).preset)
			continue;
		for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE; unit++) {
			u64 none, runs, sorted;

			if (!(ops->units & BIT(unit)))
				continue;
			none = locks_of_a_drain(ops, unit, ZS_BATCH_NONE);
			runs = locks_of_a_drain(ops, unit, ZS_BATCH_RUNS);
			sorted = locks_of_a_drain(ops, unit, ZS_BATCH_SORTED);
			print_message("# %s %s: class locks %llu, %llu, %llu\n", ops->name,
				      unit ? "handle" : "slot", (unsigned long long)none,
				      (unsigned long long)runs, (unsigned long long)sorted);
			assert_true(none >= SLOTS);
			assert_in_range(runs, SLOTS / STRIPE, RUNS_MOST);
			assert_in_range(sorted, 1, SORTED_MOST);
		}
	}
}

/* What the workers prefer is a batch of the strategy; none asked for by name is none. */
static void none_asked_for_by_name_is_none(void **state)
{
	struct t_case c = { .ops = &zfree_bulk, .unit = ZFREE_HANDLE, .nr_workers = 1 };
	struct zfree_params params = t_params(&c, 64);
	struct t_dev d;

	(void)state;
	t_dev_init(&d, SLOTS);
	t_attach(&d, &c, &params);
	assert_int_equal(d.zf->params->batch, ZS_BATCH_SORTED);
	t_detach(&d);
	params.batch = ZS_BATCH_NONE;
	t_attach(&d, &c, &params);
	assert_int_equal(d.zf->params->batch, ZS_BATCH_NONE);
	t_dev_exit(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batch_decides_how_often_a_drain_locks_classes),
		cmocka_unit_test(none_asked_for_by_name_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
