// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Device operations in random order against a plain array, for every strategy and unit. One
 * thread operates; workers drain beside it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/errno.h>
#include <linux/minmax.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "zram/slot.h"

enum {
	M_SLOTS = 200,
	M_STEPS = 4000,
	M_IDLE_CASES = 3,
};

/* @dropped: notified since it was written, and perhaps missed or still pending. */
struct model {
	struct t_dev d;
	struct t_case c;
	u64 seed;
	u32 last_version;
	u32 version[M_SLOTS];
	bool dropped[M_SLOTS];
	u64 page[T_PAGE_SIZE / sizeof(u64)];
};

static u32 below(struct model *m, u32 bound)
{
	return (u32)kc_random_below(&m->seed, bound);
}

static void model_attach(struct model *m)
{
	static const u32 budgets[] = { 1, 7, 40, 1000 };
	struct zfree_params params = t_params(&m->c, budgets[below(m, 4)]);

	params.flush_ms = 1 + below(m, 3);
	params.run_slots = 1 + below(m, 40);
	params.batch = (enum zs_batch)below(m, ZS_BATCH_SORTED + 1);
	params.workers = (enum zfree_workers)below(m, 2);
	params.nr_workers = 1 + below(m, 3);
	t_attach(&m->d, &m->c, &params);
}

static void model_read(struct model *m, u32 slot)
{
	bool is_zero;

	assert_int_equal(zram_read(m->d.zram, slot, m->page), 0);
	is_zero = t_page_is_zero(m->page);
	if (!m->version[slot])
		assert_true(is_zero);
	else if (!m->dropped[slot] || !is_zero)
		assert_true(t_page_is(m->page, slot, m->version[slot]));
}

static void model_discard(struct model *m, u32 slot)
{
	u32 nr = min(1 + below(m, 20), M_SLOTS - slot);
	u32 i;

	assert_int_equal(
		zram_discard(m->d.zram, (u64)slot << T_PAGE_SHIFT, (u64)nr << T_PAGE_SHIFT), 0);
	for (i = slot; i < slot + nr; i++)
		m->version[i] = 0;
}

static void model_reset(struct model *m)
{
	zram_reset(m->d.zram);
	memset(m->version, 0, sizeof(m->version));
	assert_int_equal(zfree_pending(m->d.zf), 0);
	assert_int_equal(t_slots_stored(&m->d), 0);
	assert_int_equal(t_pool_pages(&m->d), 0);
}

/* Nothing is pending any more: what was dropped and not missed is gone, the rest is not. */
static void model_drain(struct model *m)
{
	u32 stored = 0, sure = 0;
	u32 i;

	zfree_drain(m->d.zf);
	assert_int_equal(zfree_pending(m->d.zf), 0);
	for (i = 0; i < M_SLOTS; i++) {
		stored += m->version[i] != 0;
		sure += m->version[i] && !m->dropped[i];
	}
	assert_in_range(t_slots_stored(&m->d), sure, stored);
}

/* A writer that finds the pool at its limit drains what is pending and tries again. */
static void model_limited_write(struct model *m, u32 slot)
{
	struct zram_mm_stat mm;
	int err;

	zram_mm_stat(m->d.zram, &mm);
	zram_set_mem_limit(m->d.zram, mm.mem_used_total);
	err = t_write(&m->d, slot, m->last_version + 1);
	zram_set_mem_limit(m->d.zram, 0);
	assert_true(!err || err == -ENOMEM);
	if (err)
		return;
	m->version[slot] = ++m->last_version;
	m->dropped[slot] = false;
}

static void model_rare(struct model *m, u32 slot)
{
	switch (below(m, 7)) {
	case 0:
		model_drain(m);
		break;
	case 1:
		zram_compact(m->d.zram);
		break;
	case 2:
		zram_mark_idle(m->d.zram);
		break;
	case 3:
		model_discard(m, slot);
		break;
	case 4:
		model_limited_write(m, slot);
		break;
	case 5:
		t_detach(&m->d);
		model_attach(m);
		break;
	default:
		if (!below(m, 4))
			model_reset(m);
	}
}

static void model_step(struct model *m)
{
	u32 slot = below(m, M_SLOTS);
	u32 dice = below(m, 100);
	u32 nr;

	if (dice < 40) {
		assert_int_equal(t_write(&m->d, slot, ++m->last_version), 0);
		m->version[slot] = m->last_version;
		m->dropped[slot] = false;
	} else if (dice < 65) {
		for (nr = 1 + below(m, 16); nr && slot < M_SLOTS; nr--, slot++) {
			zram_slot_free_notify(m->d.zram, slot);
			m->dropped[slot] = true;
		}
	} else if (dice < 92) {
		model_read(m, slot);
	} else {
		model_rare(m, slot);
	}
}

static void run_model(const struct zfree_ops *ops, enum zfree_unit unit, u64 seed)
{
	struct model *m = calloc(1, sizeof(*m));
	struct t_design design;
	char name[64];
	u32 i;

	assert_non_null(m);
	m->c.ops = ops;
	m->c.unit = unit;
	m->seed = seed;
	design = t_design_draw(&m->seed);
	fprintf(stderr, "# %s %s\n", ops->name, t_design_name(&design, name, sizeof(name)));
	t_dev_init_as(&m->d, M_SLOTS, &design);
	model_attach(m);
	for (i = 0; i < M_STEPS / t_scale(); i++)
		model_step(m);
	for (i = 0; i < M_SLOTS; i++)
		model_read(m, i);
	model_drain(m);
	model_reset(m);
	t_dev_exit(&m->d);
	free(m);
}

static void device_behaves_like_an_array_under_every_strategy(void **state)
{
	u64 seed = t_seed(1);
	unsigned int i, unit;

	(void)state;
	fprintf(stderr, "# seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < zfree_nr_strategies(); i++) {
		const struct zfree_ops *ops = zfree_strategy(i);

		for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE; unit++) {
			if (ops->units & BIT(unit) || (!ops->units && unit == ZFREE_SLOT))
				run_model(ops, unit, seed + i);
		}
	}
}

/* Each situation a pending slot can get into, one after the other, with nothing draining. */
static void pending_slot_can_be_read_and_marked_idle(void **state)
{
	static const struct zfree_ops *const ops[] = { &zfree_bitmap, &zfree_radix,
						       &zfree_pcpu_page };
	struct t_case c = { .unit = ZFREE_SLOT, .nr_workers = 1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < M_IDLE_CASES; i++) {
		struct zfree_params params;
		u64 page[T_PAGE_SIZE / sizeof(u64)];
		struct t_dev d;

		c.ops = ops[i];
		params = t_params_still(&c, 64);
		t_dev_init(&d, M_SLOTS);
		t_write_all(&d);
		t_attach(&d, &c, &params);
		zram_slot_free_notify(d.zram, 3);
		assert_int_equal(zfree_pending(d.zf), 1);
		assert_int_equal(zram_read(d.zram, 3, page), 0);
		assert_true(t_page_is(page, 3, 1));
		zram_mark_idle(d.zram);
		assert_int_equal(zfree_pending(d.zf), 1);
		/* A write that fails leaves the slot as it was: pending. */
		mem_account_fail_every(&d.account, 1);
		t_write(&d, 3, 2);
		mem_account_fail_none(&d.account);
		zfree_drain(d.zf);
		assert_int_equal(zfree_pending(d.zf), 0);
		t_dev_exit(&d);
	}
}

static void busy_slot_is_freed_once_it_is_free_again(void **state)
{
	static const struct zfree_ops *const ops[] = { &zfree_bitmap, &zfree_hbitmap,
						       &zfree_radix };
	struct t_case c = { .unit = ZFREE_SLOT, .nr_workers = 1 };
	unsigned int i, slot;

	(void)state;
	for (i = 0; i < M_IDLE_CASES; i++) {
		struct zfree_params params;
		struct t_dev d;

		c.ops = ops[i];
		params = t_params(&c, 64);
		params.kick_bytes = params.budget_bytes;
		t_dev_init(&d, M_SLOTS);
		t_write_all(&d);
		t_attach(&d, &c, &params);
		for (slot = 0; slot < 20; slot++)
			zram_slot_free_notify(d.zram, slot);
		slot_lock(d.zram, 12);
		/* Time for a flush to meet it; which strategies wait for it then is theirs. */
		kc_sleep_ns(20 * 1000 * 1000);
		slot_unlock(d.zram, 12);
		t_wait_idle(d.zf);
		assert_int_equal(t_slots_stored(&d), M_SLOTS - 20);
		t_dev_exit(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_behaves_like_an_array_under_every_strategy),
		cmocka_unit_test(pending_slot_can_be_read_and_marked_idle),
		cmocka_unit_test(busy_slot_is_freed_once_it_is_free_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
