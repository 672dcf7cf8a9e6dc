// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Combinations: the contract in a short form for every strategy, unit and batch on every lock
 * design, place where pages are freed and way to clear flags; test_contract.c is the long form
 * for one combination of the last three. A test is one combination, and its name says which.
 *
 *	test_combinations class|pool|class-idx|sharded [SEED]
 *
 * Where ZRAMSIM_TEST_SHORT is set, as under a sanitizer that makes all slow, it runs every fifth
 * combination. With the four programs together each value of a parameter still meets each value
 * of every other.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/err.h>
#include <linux/preempt.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "tests/strategy/t_storm.h"
#include "zfree/core.h"

enum {
	SLOTS = 96,
	BUDGET = 24,
	REWRITTEN = 16,
	STORM_OPS = 60,
	MAX_COMBINATIONS = 512,
	SHORT_STEP = 5,
};

/* @nth: allocation of its attach that fails first. */
struct combination {
	struct t_case c;
	struct t_design design;
	enum zs_batch batch;
	u64 nth;
	char name[128];
};

static struct combination combinations[MAX_COMBINATIONS];

static struct zfree_params params_of(const struct combination *m, bool still)
{
	struct zfree_params p = still ? t_params_still(&m->c, BUDGET) : t_params(&m->c, BUDGET);

	p.batch = m->batch;
	return p;
}

static void attach(struct t_dev *d, const struct combination *m, bool still)
{
	struct zfree_params params = params_of(m, still);

	t_attach(d, &m->c, &params);
}

static void notify_all(struct t_dev *d)
{
	u32 i;

	for (i = 0; i < d->nr_slots; i++)
		zram_slot_free_notify(d->zram, i);
}

static void slots_read_as(struct t_dev *d, u32 from, u32 to, u32 version)
{
	u64 page[T_PAGE_SIZE / sizeof(u64)];

	for (; from < to; from++) {
		assert_int_equal(zram_read(d->zram, from, page), 0);
		assert_true(t_page_is(page, from, version));
	}
}

/* An allocation that fails makes the attach fail and leaves nothing behind. */
static void attach_with_a_failure(struct t_dev *d, const struct combination *m)
{
	struct zfree_params params = params_of(m, true);
	s64 bytes = mem_account_bytes(&d->account);
	struct zfree *zf;

	params.account = &d->account;
	mem_account_fail_nth(&d->account, m->nth);
	zf = zfree_attach(d->zram, m->c.ops, &params);
	mem_account_fail_none(&d->account);
	if (!IS_ERR(zf)) {
		zfree_detach(zf);
		return;
	}
	assert_int_equal(PTR_ERR(zf), -ENOMEM);
	assert_int_equal(mem_account_bytes(&d->account), bytes);
}

static void check_stats(struct t_dev *d)
{
	struct zfree_stats stats;

	zfree_stats(d->zf, &stats);
	assert_int_equal(stats.pending, 0);
	assert_int_equal(stats.queued, stats.drained + stats.cancelled);
	assert_int_equal(stats.notified, stats.queued + stats.overflow);
	assert_true(stats.refused <= stats.overflow);
	assert_true(stats.pending_peak <= d->zf->budget_slots);
}

/* Queueing allocates nothing and keeps to the budget; a rewrite is never freed; a drain ends. */
static void rewritten_slots_survive_a_drain(struct t_dev *d)
{
	bool queues = d->zf->ops->units;
	s64 calls;
	u32 i;

	t_write_all(d);
	mem_account_fail_nth(&d->account, 1000 * 1000);
	calls = atomic64_read(&d->account.fail_calls);
	/* See test_contract.c for why workers are kept out. */
	if (queues)
		down_write(&d->zf->core->run_lock);
	preempt_disable();
	notify_all(d);
	preempt_enable();
	assert_true(zfree_pending(d->zf) <= d->zf->budget_slots);
	if (queues)
		up_write(&d->zf->core->run_lock);
	assert_int_equal(atomic64_read(&d->account.fail_calls), calls);
	mem_account_fail_none(&d->account);

	for (i = 0; i < REWRITTEN; i++)
		assert_int_equal(t_write(d, i, 2), 0);
	slots_read_as(d, 0, REWRITTEN, 2);
	zfree_drain(d->zf);
	check_stats(d);
	slots_read_as(d, 0, REWRITTEN, 2);
	assert_int_equal(t_slots_stored(d), REWRITTEN);
}

static void everything_notified_is_freed(struct t_dev *d, const struct combination *m)
{
	struct zram_io_stat io;

	notify_all(d);
	if (zfree_traits(m->c.ops).preset)
		zfree_drain(d->zf);
	t_wait_idle(d->zf);
	zram_io_stat(d->zram, &io);
	assert_true(t_slots_stored(d) <= io.miss_free);
}

/* Threads read what they wrote while objects are moved and, in the second round, memory fails. */
static void threads_read_what_they_wrote(struct t_dev *d, const struct combination *m)
{
	struct t_storm storm = { .dev = d, .nr_threads = 2, .ops = STORM_OPS, .seed = m->c.seed };
	unsigned int round;

	for (round = 0; round < 2; round++) {
		storm.seed += round;
		storm.writes_may_fail = round;
		if (round) {
			mem_account_fail_share(&d->account, 1, 5, storm.seed);
			mem_account_fail_share(mem_account_root(), 1, 2, storm.seed);
		}
		t_storm_run(&storm);
		mem_account_fail_none(mem_account_root());
		mem_account_fail_none(&d->account);
		if (storm.errors)
			fail_msg("%s, seed %llu: %s", m->name, (unsigned long long)storm.seed,
				 storm.first_error);
		zram_compact(d->zram);
		zfree_drain(d->zf);
		check_stats(d);
		zram_reset(d->zram);
		assert_int_equal(t_pool_pages(d), 0);
	}
}

static void reset_leaves_nothing(struct t_dev *d)
{
	struct zram_mm_stat mm;

	t_write_all(d);
	notify_all(d);
	zram_reset(d->zram);
	assert_int_equal(zfree_pending(d->zf), 0);
	assert_int_equal(t_pool_pages(d), 0);
	zram_mm_stat(d->zram, &mm);
	assert_int_equal(mm.orig_data_size | mm.compr_data_size | mm.same_pages | mm.huge_pages, 0);
}

static void combination_keeps_the_contract(void **state)
{
	struct combination *m = *state;
	struct t_dev d;

	t_dev_init_as(&d, SLOTS, &m->design);
	attach_with_a_failure(&d, m);
	attach(&d, m, true);
	rewritten_slots_survive_a_drain(&d);
	t_detach(&d);

	attach(&d, m, false);
	everything_notified_is_freed(&d, m);
	threads_read_what_they_wrote(&d, m);
	reset_leaves_nothing(&d);
	t_detach(&d);

	t_write_all(&d);
	attach(&d, m, true);
	notify_all(&d);
	t_detach(&d);
	assert_int_equal(t_slots_stored(&d), 0);
	assert_int_equal(t_pool_pages(&d), 0);
	t_dev_exit(&d);
}

/* A unit that a strategy has not, and parameters beyond their last value. */
static void impossible_combinations_are_refused(void **state)
{
	unsigned int i, unit;
	struct t_dev d;

	(void)state;
	t_dev_init(&d, SLOTS);
	for (i = 0; i < zfree_nr_strategies(); i++) {
		for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE; unit++) {
			struct t_case c = { .ops = zfree_strategy(i), .unit = unit };
			struct zfree_params params = t_params(&c, BUDGET);
			struct zfree *zf;

			if (!c.ops->units || c.ops->units & BIT(unit))
				continue;
			zf = zfree_attach(d.zram, c.ops, &params);
			assert_true(IS_ERR(zf));
			assert_int_equal(PTR_ERR(zf), -EINVAL);
		}
	}
	t_dev_exit(&d);
}

static void refused_design(enum zs_locks locks, enum zs_pages pages, enum zram_flags flags)
{
	struct zram_params params = {
		.disksize_bytes = SLOTS << T_PAGE_SHIFT,
		.page_shift = T_PAGE_SHIFT,
		.pool = { .locks = locks, .pages = pages },
		.flags = flags,
	};
	struct zram *zram = zram_create(&params);

	assert_true(IS_ERR(zram));
	assert_int_equal(PTR_ERR(zram), -EINVAL);
}

static void designs_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	refused_design(ZS_LOCKS_SHARDED + 1, ZS_PAGES_INSIDE, ZRAM_FLAGS_MERGED);
	refused_design(ZS_LOCKS_CLASS, ZS_PAGES_DEFERRED + 1, ZRAM_FLAGS_MERGED);
	refused_design(ZS_LOCKS_CLASS, ZS_PAGES_INSIDE, ZRAM_FLAGS_SINGLE + 1);
}

static void name_it(struct combination *m)
{
	char design[64];

	snprintf(m->name, sizeof(m->name), "%s %s %s %s keeps the contract", m->c.ops->name,
		 m->c.unit == ZFREE_HANDLE ? "handle" : "slot", zs_batch_names[m->batch],
		 t_design_name(&m->design, design, sizeof(design)));
}

/* Every design with these locks for one strategy, unit and batch. @nr: combinations so far */
static unsigned int add_designs(unsigned int nr, const struct combination *base,
				enum zs_locks locks)
{
	unsigned int pages, flags;

	for (pages = ZS_PAGES_INSIDE; pages <= ZS_PAGES_DEFERRED; pages++) {
		for (flags = ZRAM_FLAGS_MERGED; flags <= ZRAM_FLAGS_SINGLE; flags++) {
			struct combination *m = &combinations[nr % MAX_COMBINATIONS];

			*m = *base;
			m->design = (struct t_design){ locks, pages, flags, 4 };
			m->c.workers = (enum zfree_workers)(nr / 2 % 2);
			m->c.nr_workers = 1 + nr % 3;
			m->nth = 1 + nr % 9;
			name_it(m);
			nr++;
		}
	}
	return nr;
}

static unsigned int make_combinations(enum zs_locks locks, u64 seed)
{
	unsigned int i, unit, batch, nr = 0;

	for (i = 0; i < zfree_nr_strategies(); i++) {
		const struct zfree_ops *ops = zfree_strategy(i);

		for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE; unit++) {
			if (!(ops->units & BIT(unit)) && (ops->units || unit))
				continue;
			for (batch = ZS_BATCH_NONE; batch <= ZS_BATCH_SORTED; batch++) {
				struct combination m = { .c = { .ops = ops, .unit = unit } };

				if (batch > ZS_BATCH_NONE && !ops->units)
					break;
				m.c.seed = seed + nr;
				m.c.scale = t_scale();
				m.batch = batch;
				nr = add_designs(nr, &m, locks);
			}
		}
	}
	return nr;
}

static int run(enum zs_locks locks, u64 seed)
{
	unsigned int step = t_scale() > 1 ? SHORT_STEP : 1;
	struct CMUnitTest tests[MAX_COMBINATIONS + 2] = {
		cmocka_unit_test(impossible_combinations_are_refused),
		cmocka_unit_test(designs_that_do_not_exist_are_refused),
	};
	unsigned int nr = make_combinations(locks, seed);
	unsigned int i, n = 2;

	if (nr > MAX_COMBINATIONS) {
		fprintf(stderr, "test_combinations: make room for %u combinations\n", nr);
		return 1;
	}
	for (i = locks % step; i < nr; i += step)
		tests[n++] = (struct CMUnitTest){
			.name = combinations[i].name,
			.test_func = combination_keeps_the_contract,
			.initial_state = &combinations[i],
		};
	return _cmocka_run_group_tests("combinations", tests, n, NULL, NULL);
}

int main(int argc, char **argv)
{
	u64 seed = argc == 3 ? strtoull(argv[2], NULL, 0) : t_seed(1);
	unsigned int locks;

	for (locks = 0; argc >= 2 && locks <= ZS_LOCKS_SHARDED; locks++) {
		if (!strcmp(argv[1], zs_locks_names[locks])) {
			fprintf(stderr, "# seed %llu\n", (unsigned long long)seed);
			return run((enum zs_locks)locks, seed);
		}
	}
	fprintf(stderr, "usage: %s class|pool|class-idx|sharded [SEED]\n", argv[0]);
	return 2;
}
