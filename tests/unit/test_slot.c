// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The slot word, the slot lock, and freeing and detaching under it. */

#include "t_zram.h"

#include "port.h"

static void a_slot_takes_16_bytes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct zram_slot), 16);
}

static void flags_have_the_kernels_bits_after_the_size(void **state)
{
	struct t_zram *t = *state;
	unsigned int first = t->shift + 1;

	assert_int_equal(slot_size_mask(t->zram), (2u << t->shift) - 1);
	assert_int_equal(slot_flag(t->zram, ZRAM_SAME), 1u << first);
	assert_int_equal(slot_flag(t->zram, ZRAM_ENTRY_LOCK), 1u << (first + 1));
	assert_int_equal(slot_flag(t->zram, ZRAM_WB), 1u << (first + 2));
	assert_int_equal(slot_flag(t->zram, ZRAM_PP_SLOT), 1u << (first + 3));
	assert_int_equal(slot_flag(t->zram, ZRAM_HUGE), 1u << (first + 4));
	assert_int_equal(slot_flag(t->zram, ZRAM_IDLE), 1u << (first + 5));
	assert_int_equal(slot_flag(t->zram, ZRAM_INCOMPRESSIBLE), 1u << (first + 6));
	assert_int_equal(slot_flag(t->zram, ZRAM_COMP_PRIORITY_BIT1), 1u << (first + 7));
	assert_int_equal(slot_flag(t->zram, ZRAM_COMP_PRIORITY_BIT2), 1u << (first + 8));
	assert_int_equal(slot_flag(t->zram, ZRAM_DEFERRED), 1u << (first + 9));
}

static void flags_collide_neither_with_each_other_nor_with_the_size(void **state)
{
	struct t_zram *t = *state;
	u32 seen = slot_size_mask(t->zram);
	unsigned int flag;

	for (flag = 0; flag < ZRAM_NR_SLOT_FLAGS; flag++) {
		assert_int_equal(seen & slot_flag(t->zram, flag), 0);
		seen |= slot_flag(t->zram, flag);
	}
	assert_int_equal(slot_size_mask(t->zram) & t->page, t->page);
}

static void each_flag_is_set_and_cleared_alone(void **state)
{
	struct t_zram *t = *state;
	unsigned int flag;

	for (flag = 0; flag < ZRAM_NR_SLOT_FLAGS; flag++) {
		slot_set_flag(t->zram, 3, flag);
		assert_int_equal(slot_word(t->zram, 3), slot_flag(t->zram, flag));
		assert_true(slot_test_flag(t->zram, 3, flag));
		assert_int_equal(slot_size(t->zram, 3), 0);
		slot_clear_flag(t->zram, 3, flag);
		assert_int_equal(slot_word(t->zram, 3), 0);
	}
}

static void trylock_fails_while_the_lock_is_held(void **state)
{
	struct t_zram *t = *state;

	assert_true(slot_trylock(t->zram, 5));
	assert_false(slot_trylock(t->zram, 5));
	assert_true(slot_trylock(t->zram, 6));
	slot_unlock(t->zram, 6);
	slot_unlock(t->zram, 5);
	assert_true(slot_trylock(t->zram, 5));
	slot_unlock(t->zram, 5);
}

static void the_lock_leaves_size_and_flags_alone(void **state)
{
	struct t_zram *t = *state;
	u32 before, lock = slot_flag(t->zram, ZRAM_ENTRY_LOCK);

	t_write(t, 0, T_HUGE, 1);
	before = slot_word(t->zram, 0);
	slot_lock(t->zram, 0);
	assert_int_equal(slot_word(t->zram, 0), before | lock);
	slot_set_flag(t->zram, 0, ZRAM_IDLE);
	assert_false(slot_trylock(t->zram, 0));
	slot_clear_flag(t->zram, 0, ZRAM_IDLE);
	slot_unlock(t->zram, 0);
	assert_int_equal(slot_word(t->zram, 0), before);
}

struct waiter {
	struct t_zram *t;
	u32 got;
};

static void wait_for_slot(void *arg)
{
	struct waiter *w = arg;

	slot_lock(w->t->zram, 9);
	WRITE_ONCE(w->got, 1);
	slot_unlock(w->t->zram, 9);
}

static void lock_sleeps_until_the_holder_lets_go(void **state)
{
	struct waiter w = { .t = *state };
	struct kc_thread thread;

	slot_lock(w.t->zram, 9);
	assert_int_equal(kc_thread_create(&thread, "waiter", wait_for_slot, &w), 0);
	kc_sleep_ns(2000000);
	assert_int_equal(READ_ONCE(w.got), 0);
	slot_unlock(w.t->zram, 9);
	kc_thread_join(&thread);
	assert_int_equal(w.got, 1);
}

enum {
	ROUNDS = 20000,
};

static void take_and_count(void *arg)
{
	struct t_zram *t = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		slot_lock(t->zram, 1);
		t->in[0]++;
		t->in[1] += t->in[0] == 0;
		slot_set_word(t->zram, 1, slot_word(t->zram, 1) ^ slot_flag(t->zram, ZRAM_IDLE));
		slot_unlock(t->zram, 1);
	}
}

static void only_one_thread_at_a_time_is_inside(void **state)
{
	struct t_zram *t = *state;
	struct kc_thread threads[3];
	unsigned int i, nr = sizeof(threads) / sizeof(threads[0]);

	t->in[0] = 0;
	t->in[1] = 0;
	for (i = 0; i < nr; i++)
		assert_int_equal(kc_thread_create(&threads[i], "counter", take_and_count, t), 0);
	for (i = 0; i < nr; i++)
		kc_thread_join(&threads[i]);
	assert_int_equal(t->in[0] + 256 * t->in[1], nr * ROUNDS);
	assert_int_equal(slot_word(t->zram, 1), 0);
}

static void freeing_an_empty_slot_changes_no_statistic(void **state)
{
	struct t_zram *t = *state;

	slot_lock(t->zram, 2);
	slot_free(t->zram, 2);
	slot_unlock(t->zram, 2);
	t_check_table(t);
	assert_int_equal(t_mm(t).orig_data_size, 0);
}

static void freeing_a_slot_is_idempotent(void **state)
{
	struct t_zram *t = *state;
	enum t_kind kind;
	int i;

	for (kind = T_SAME; kind < T_NR_KINDS; kind++) {
		t_write(t, 2, kind, kind);
		t_write(t, 3, kind, kind);
		slot_lock(t->zram, 2);
		for (i = 0; i < 3; i++) {
			slot_free(t->zram, 2);
			assert_false(slot_allocated(t->zram, 2));
			assert_int_equal(t_mm(t).orig_data_size, t->page);
			t_check_table(t);
		}
		slot_unlock(t->zram, 2);
		t_write(t, 3, T_EMPTY, 0);
	}
}

static void freeing_a_slot_clears_every_flag_but_the_lock(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 2, T_MEDIUM, 1);
	slot_lock(t->zram, 2);
	slot_set_flag(t->zram, 2, ZRAM_PP_SLOT);
	slot_set_flag(t->zram, 2, ZRAM_IDLE);
	slot_set_flag(t->zram, 2, ZRAM_INCOMPRESSIBLE);
	slot_set_flag(t->zram, 2, ZRAM_COMP_PRIORITY_BIT1);
	slot_set_flag(t->zram, 2, ZRAM_COMP_PRIORITY_BIT2);
	slot_free(t->zram, 2);
	assert_int_equal(slot_word(t->zram, 2), slot_flag(t->zram, ZRAM_ENTRY_LOCK));
	slot_unlock(t->zram, 2);
	assert_int_equal(t->zram->table[2].handle, 0);
	assert_int_equal(t->zram->table[2].ac_time, 0);
}

static void detaching_hands_over_the_object_and_cleans_the_slot(void **state)
{
	struct t_zram *t = *state;
	enum t_kind kind;

	for (kind = T_SMALL; kind < T_NR_KINDS; kind++) {
		unsigned long handle;
		u32 size = 0, bytes;

		t_write(t, 4, kind, 7);
		bytes = slot_size(t->zram, 4);
		slot_lock(t->zram, 4);
		handle = slot_detach(t->zram, 4, &size);
		slot_unlock(t->zram, 4);
		assert_true(handle);
		assert_int_equal(size, bytes);
		assert_int_equal(slot_word(t->zram, 4), 0);
		assert_int_equal(t_mm(t).orig_data_size, 0);
		assert_int_equal(t_mm(t).compr_data_size, 0);
		assert_int_equal(t_mm(t).huge_pages, 0);
		assert_true(t_mm(t).mem_used_total > 0);
		zs_free(zram_pool(t->zram), handle);
		t_check_table(t);
	}
}

static void detaching_without_an_object_returns_none(void **state)
{
	struct t_zram *t = *state;
	u32 size = 77;

	t_write(t, 4, T_SAME, 7);
	slot_lock(t->zram, 4);
	assert_int_equal(slot_detach(t->zram, 4, &size), 0);
	assert_int_equal(slot_detach(t->zram, 4, NULL), 0);
	slot_unlock(t->zram, 4);
	assert_int_equal(size, 77);
	t_check_table(t);
}

static void a_priority_of_zero_to_three_is_kept(void **state)
{
	struct t_zram *t = *state;
	unsigned int prio;

	for (prio = 0; prio < ZRAM_MAX_COMPS; prio++) {
		unsigned long handle = zs_malloc(zram_pool(t->zram), 100, GFP_KERNEL);

		assert_false(IS_ERR_VALUE(handle));
		slot_lock(t->zram, 8);
		slot_install(t->zram, 8, handle, 100, prio);
		slot_unlock(t->zram, 8);
		assert_int_equal(slot_priority(t->zram, 8), prio);
		assert_int_equal(slot_size(t->zram, 8), 100);
		t_check_table(t);
	}
}

static void the_deferred_flag_is_one_of_the_word(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 1, T_SMALL, 1);
	slot_lock(t->zram, 1);
	assert_false(t_deferred(t->zram, 1));
	slot_set_flag(t->zram, 1, ZRAM_DEFERRED);
	assert_true(t_deferred(t->zram, 1));
	assert_true(slot_size(t->zram, 1) > 0);
	slot_clear_flag(t->zram, 1, ZRAM_DEFERRED);
	assert_false(t_deferred(t->zram, 1));
	slot_unlock(t->zram, 1);
}

static void a_deferred_slot_without_a_hook_is_just_freed(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 1, T_SMALL, 1);
	slot_lock(t->zram, 1);
	slot_set_flag(t->zram, 1, ZRAM_DEFERRED);
	slot_free(t->zram, 1);
	assert_false(t_deferred(t->zram, 1));
	slot_unlock(t->zram, 1);
	t_check_table(t);
	assert_int_equal(t_mm(t).orig_data_size, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_slot_takes_16_bytes),
		T(flags_have_the_kernels_bits_after_the_size),
		T(flags_collide_neither_with_each_other_nor_with_the_size),
		T(each_flag_is_set_and_cleared_alone),
		T(trylock_fails_while_the_lock_is_held),
		T(the_lock_leaves_size_and_flags_alone),
		T(lock_sleeps_until_the_holder_lets_go),
		T(only_one_thread_at_a_time_is_inside),
		T(freeing_an_empty_slot_changes_no_statistic),
		T(freeing_a_slot_is_idempotent),
		T(freeing_a_slot_clears_every_flag_but_the_lock),
		T(detaching_hands_over_the_object_and_cleans_the_slot),
		T(detaching_without_an_object_returns_none),
		T(a_priority_of_zero_to_three_is_kept),
		T(the_deferred_flag_is_one_of_the_word),
		T(a_deferred_slot_without_a_hook_is_just_freed),
	};

	return t_run("slot", tests, sizeof(tests) / sizeof(tests[0]));
}
