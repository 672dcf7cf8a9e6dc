// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Allocations that fail on purpose: each gives an error, none loses or leaks anything. */

#include "t_zram.h"

#include "account.h"

static void a_device_unwinds_from_every_failed_allocation(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift, .comp = { NULL, "none" } };
	struct mem_account account;
	u64 nth;

	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	mem_account_init(&account, "create");
	set_active_account(&account);
	for (nth = 1;; nth++) {
		u64 failed = mem_account_failed(&account);
		struct zram *zram;

		mem_account_fail_nth(&account, nth);
		zram = zram_create(&params);
		mem_account_fail_none(&account);
		if (mem_account_failed(&account) == failed) {
			assert_false(IS_ERR(zram));
			zram_destroy(zram);
			break;
		}
		assert_int_equal(PTR_ERR(zram), -ENOMEM);
		assert_int_equal(mem_account_objects(&account), 0);
		assert_int_equal(mem_account_bytes(&account), 0);
	}
	set_active_account(NULL);
	/* device, table, counters, zone, pool, and two compressors with their streams */
	assert_true(nth > 7 + 4 * (u64)nr_cpu_ids);
	assert_int_equal(mem_account_bytes(&account), 0);
}

static void a_write_survives_every_failed_allocation(void **state)
{
	struct t_zram *t = *state;
	struct mem_account account;
	enum t_kind kind;
	u64 nth, failed;
	int err;

	mem_account_init(&account, "write");
	for (kind = T_SMALL; kind < T_NR_KINDS; kind++) {
		for (nth = 1;; nth++) {
			u64 writes = t_io(t).failed_writes;

			/* an empty pool needs a page, a zspage and a handle */
			t_write(t, 0, T_SAME, 1);
			t_make_page(t->in, t->page, kind, 2);
			failed = mem_account_failed(&account);
			set_active_account(&account);
			mem_account_fail_nth(&account, nth);
			err = zram_write(t->zram, 0, t->in);
			mem_account_fail_none(&account);
			set_active_account(NULL);
			if (mem_account_failed(&account) == failed)
				break;
			assert_int_equal(err, -ENOMEM);
			assert_int_equal(t_io(t).failed_writes, writes + 1);
			assert_int_equal(t_mm(t).mem_used_total, 0);
			t_expect(t, 0, T_SAME, 1);
			t_check_table(t);
		}
		assert_int_equal(err, 0);
		assert_true(nth > 3);
		t_expect(t, 0, kind, 2);
	}
}

static void reading_and_freeing_allocate_nothing(void **state)
{
	struct t_zram *t = *state;
	struct mem_account account;
	u32 i;

	mem_account_init(&account, "free");
	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, i % T_NR_KINDS, i);
	set_active_account(&account);
	mem_account_fail_every(&account, 1);
	for (i = 0; i < T_NR_SLOTS; i++)
		t_expect(t, i, i % T_NR_KINDS, i);
	for (i = 0; i < T_NR_SLOTS / 2; i++)
		zram_slot_free_notify(t->zram, i);
	t_write(t, 0, T_SAME, 1);
	zram_discard(t->zram, 0, (u64)T_NR_SLOTS << t->shift);
	mem_account_fail_none(&account);
	set_active_account(NULL);
	assert_int_equal(mem_account_failed(&account), 0);
	assert_int_equal(t_mm(t).mem_used_total, 0);
}

struct drainer {
	struct zram_free_hook hook;
	struct mem_account *account;
	u32 drains;
};

/* What the hook frees is what was missing. */
static void drain(struct zram_free_hook *hook)
{
	struct drainer *d = (struct drainer *)(void *)hook;

	d->drains++;
	mem_account_fail_none(d->account);
}

static void a_failed_allocation_drains_and_tries_again(void **state)
{
	struct t_zram *t = *state;
	struct mem_account account;
	struct drainer d = { .hook.drain = drain, .account = &account };

	mem_account_init(&account, "drain");
	assert_int_equal(zram_set_free_hook(t->zram, &d.hook), 0);
	t_make_page(t->in, t->page, T_MEDIUM, 2);
	set_active_account(&account);
	mem_account_fail_every(&account, 1);
	assert_int_equal(zram_write(t->zram, 0, t->in), 0);
	set_active_account(NULL);
	assert_int_equal(d.drains, 1);
	assert_int_equal(t_io(t).failed_writes, 0);
	t_expect(t, 0, T_MEDIUM, 2);
	assert_int_equal(zram_set_free_hook(t->zram, NULL), 0);
}

enum {
	ROUNDS = 1500,
};

/* One operation on a random slot; @kind and @seed are what each slot should hold. */
static void random_operation(struct t_zram *t, u64 *rng, enum t_kind *kinds, u64 *seeds)
{
	u32 index = (u32)(t_random(rng) % T_NR_SLOTS);
	enum t_kind kind = (enum t_kind)(1 + t_random(rng) % (T_NR_KINDS - 1));
	u64 seed = t_random(rng);

	switch (t_random(rng) % 8) {
	case 0:
		zram_slot_free_notify(t->zram, index);
		kinds[index] = T_EMPTY;
		break;
	case 1:
		zram_discard(t->zram, (u64)index << t->shift, t->page);
		kinds[index] = T_EMPTY;
		break;
	case 2:
		zram_compact(t->zram);
		break;
	case 3:
		t_expect(t, index, kinds[index], seeds[index]);
		break;
	default:
		t_make_page(t->in, t->page, kind, seed);
		if (!zram_write(t->zram, index, t->in)) {
			kinds[index] = kind;
			seeds[index] = seed;
		}
	}
}

static void with_a_third_of_all_allocations_failing_nothing_is_lost(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	enum t_kind kinds[T_NR_SLOTS] = { T_EMPTY };
	u64 seeds[T_NR_SLOTS] = { 0 };
	struct mem_account account;
	struct t_zram *t;
	u64 rng = *shift;
	u32 i;

	mem_account_init(&account, "random");
	set_active_account(&account);
	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	t = t_create_params(&params);
	mem_account_fail_share(&account, 1, 3, *shift);
	for (i = 0; i < ROUNDS; i++)
		random_operation(t, &rng, kinds, seeds);
	mem_account_fail_none(&account);
	assert_true(mem_account_failed(&account) > 0);
	assert_true(t_io(t).failed_writes > 0);
	for (i = 0; i < T_NR_SLOTS; i++)
		t_expect(t, i, kinds[i], seeds[i]);
	t_check_table(t);
	t_destroy(t);
	set_active_account(NULL);
	assert_int_equal(mem_account_bytes(&account), 0);
	assert_int_equal(mem_account_objects(&account), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_unwinds_from_every_failed_allocation),
		T(a_write_survives_every_failed_allocation),
		T(reading_and_freeing_allocate_nothing),
		T(a_failed_allocation_drains_and_tries_again),
		cmocka_unit_test(with_a_third_of_all_allocations_failing_nothing_is_lost),
	};

	return t_run("zram_fault", tests, sizeof(tests) / sizeof(tests[0]));
}
