// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Recompression. Every build has "none", under which every page is huge, so a device whose
 * first compressor is that has something to gain from any other one.
 */

#include "../t_wait.h"
#include "t_zram.h"

#include "account.h"
#include "port.h"

static struct t_zram *make(const unsigned int *shift, const char *first, const char *second,
			   const char *third)
{
	struct zram_params params = { .page_shift = *shift, .comp = { first, second, third } };

	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	return t_create_params(&params);
}

/* Slot k holds a page of kind k. */
static void write_all_kinds(struct t_zram *t)
{
	enum t_kind kind;

	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++)
		t_write(t, kind, kind, kind);
}

static void expect_all_kinds(struct t_zram *t)
{
	enum t_kind kind;
	u32 i;

	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++)
		t_expect(t, kind, kind, kind);
	t_check_table(t);
	for (i = 0; i < T_NR_SLOTS; i++)
		assert_false(slot_test_flag(t->zram, i, ZRAM_PP_SLOT));
}

static void slots_become_smaller_and_keep_their_content(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);
	s64 before;

	write_all_kinds(t);
	before = t_mm(t).compr_data_size;
	assert_int_equal(before, 3 * t->page);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 2);
	assert_true(t_mm(t).compr_data_size < before);
	assert_int_equal(t_mm(t).huge_pages, 1);
	assert_int_equal(t_mm(t).huge_pages_since, 3);
	assert_int_equal(t_mm(t).orig_data_size, 4 * t->page);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 1);
	assert_int_equal(slot_priority(t->zram, T_MEDIUM), 1);
	assert_int_equal(slot_priority(t->zram, T_HUGE), 0);
	expect_all_kinds(t);
	t_destroy(t);
}

static void what_the_last_compressor_cannot_shrink_is_incompressible(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);
	enum t_kind kind;

	write_all_kinds(t);
	zram_recompress(t->zram, 1, false, 0);
	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++)
		assert_int_equal(slot_test_flag(t->zram, kind, ZRAM_INCOMPRESSIBLE),
				 kind == T_HUGE);
	t_write(t, T_HUGE, T_HUGE, T_HUGE);
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void a_compressor_before_the_last_may_give_up(void **state)
{
	struct t_zram *t = make(*state, "none", "none", zcomp_name(0));

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 0);
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	assert_int_equal(zram_recompress(t->zram, 2, false, 0), 2);
	assert_true(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	assert_int_equal(slot_priority(t->zram, T_SMALL), 2);
	expect_all_kinds(t);
	t_destroy(t);
}

static void a_slot_is_not_recompressed_by_the_same_compressor_again(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 2);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 0);
	assert_false(slot_test_flag(t->zram, T_SMALL, ZRAM_INCOMPRESSIBLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void a_result_of_the_same_class_is_not_good_enough(void **state)
{
	struct t_zram *t = make(*state, zcomp_name(0), zcomp_name(0), NULL);
	unsigned long object;

	write_all_kinds(t);
	object = t->zram->table[T_SMALL].handle;
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 0);
	assert_true(slot_test_flag(t->zram, T_SMALL, ZRAM_INCOMPRESSIBLE));
	assert_int_equal(slot_priority(t->zram, T_SMALL), 0);
	assert_int_equal(t->zram->table[T_SMALL].handle, object);
	expect_all_kinds(t);
	t_destroy(t);
}

static void only_idle_slots_if_asked(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 1, true, 0), 0);
	zram_mark_idle(t->zram);
	t_expect(t, T_MEDIUM, T_MEDIUM, T_MEDIUM);
	assert_int_equal(zram_recompress(t->zram, 1, true, 0), 1);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 1);
	assert_int_equal(slot_priority(t->zram, T_MEDIUM), 0);
	assert_false(slot_test_flag(t->zram, T_SMALL, ZRAM_IDLE));
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_IDLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void slots_below_the_threshold_are_left_alone(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 1, false, t->page + 1), 0);
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void a_result_at_the_threshold_or_above_is_not_good_enough(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 1, false, t->page / 4), 1);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 1);
	assert_int_equal(slot_priority(t->zram, T_MEDIUM), 0);
	assert_true(slot_test_flag(t->zram, T_MEDIUM, ZRAM_INCOMPRESSIBLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void priorities_without_a_compressor_are_refused(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	assert_int_equal(zram_recompress(t->zram, 2, false, 0), -EINVAL);
	assert_int_equal(zram_recompress(t->zram, ZRAM_MAX_COMPS, false, 0), -EINVAL);
	t_destroy(t);
}

/* What zram_recompress() has to leave as it is, but for the lock bits. */
static void expect_words(struct t_zram *t, const u32 *words)
{
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		assert_int_equal(slot_word(t->zram, i), words[i]);
}

/* Of all slots, of the idle ones, of the large ones: as a kernel with one algorithm answers. */
static void without_a_second_compressor_nothing_is_done(void **state)
{
	struct t_zram *t = make(*state, "none", NULL, NULL);
	u32 words[T_NR_SLOTS], i;
	u64 notified;

	write_all_kinds(t);
	zram_mark_idle(t->zram);
	for (i = 0; i < T_NR_SLOTS; i++)
		words[i] = slot_word(t->zram, i);
	notified = t_io(t).notify_free;
	assert_int_equal(zram_recompress(t->zram, 0, false, 0), 0);
	assert_int_equal(zram_recompress(t->zram, 0, true, 0), 0);
	assert_int_equal(zram_recompress(t->zram, 0, false, t->page / 2), 0);
	expect_words(t, words);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), -EINVAL);
	expect_words(t, words);
	assert_int_equal(t_io(t).notify_free, notified);
	assert_int_equal(t_io(t).failed_reads, 0);
	expect_all_kinds(t);
	t_destroy(t);
}

static void no_priority_means_the_second_compressor(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	assert_int_equal(zram_recompress(t->zram, 0, true, 0), 0);
	assert_int_equal(zram_recompress(t->zram, 0, false, 0), 2);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 1);
	expect_all_kinds(t);
	t_destroy(t);
}

/* In block_state these are r, n and i. */
static void an_overwrite_clears_what_recompression_and_idle_marking_have_set(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	zram_recompress(t->zram, 0, false, 0);
	zram_mark_idle(t->zram);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 1);
	assert_true(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	assert_true(slot_test_flag(t->zram, T_SMALL, ZRAM_IDLE));
	assert_true(slot_test_flag(t->zram, T_HUGE, ZRAM_IDLE));
	write_all_kinds(t);
	assert_int_equal(slot_priority(t->zram, T_SMALL), 0);
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_INCOMPRESSIBLE));
	assert_false(slot_test_flag(t->zram, T_SMALL, ZRAM_IDLE));
	assert_false(slot_test_flag(t->zram, T_HUGE, ZRAM_IDLE));
	expect_all_kinds(t);
	t_destroy(t);
}

static void a_pending_slot_stays_pending_and_is_not_recompressed(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);

	write_all_kinds(t);
	slot_lock(t->zram, T_SMALL);
	slot_set_flag(t->zram, T_SMALL, ZRAM_DEFERRED);
	slot_unlock(t->zram, T_SMALL);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), 1);
	assert_true(t_deferred(t->zram, T_SMALL));
	assert_int_equal(slot_priority(t->zram, T_SMALL), 0);
	expect_all_kinds(t);
	t_destroy(t);
}

static void content_that_does_not_expand_ends_the_run(void **state)
{
	struct t_zram *t = make(*state, zcomp_name(0), zcomp_name(0), NULL);

	t_make_page(t->in, t->page, T_HUGE, 1);
	memset(t->in, 0xff, 64);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, 1000), 0);
	t_write(t, 1, T_SMALL, 1);
	assert_int_equal(zram_recompress(t->zram, 1, false, 0), -EIO);
	assert_false(slot_test_flag(t->zram, 0, ZRAM_PP_SLOT));
	assert_false(slot_test_flag(t->zram, 1, ZRAM_PP_SLOT));
	t_expect(t, 1, T_SMALL, 1);
	t_check_table(t);
	t_destroy(t);
}

static void a_failed_allocation_ends_the_run_and_loses_nothing(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);
	struct mem_account account;
	int ret;
	u64 nth;

	mem_account_init(&account, "recompress");
	for (nth = 1;; nth++) {
		u64 failed = mem_account_failed(&account);

		write_all_kinds(t);
		set_active_account(&account);
		mem_account_fail_nth(&account, nth);
		ret = zram_recompress(t->zram, 1, false, 0);
		mem_account_fail_none(&account);
		set_active_account(NULL);
		expect_all_kinds(t);
		if (mem_account_failed(&account) == failed)
			break;
		assert_int_equal(ret, -ENOMEM);
	}
	assert_int_equal(ret, 2);
	assert_true(nth > 4);
	assert_int_equal(mem_account_objects(&account), 0);
	t_destroy(t);
}

static void recompress(void *arg)
{
	struct t_zram *t = arg;

	zram_recompress(t->zram, 1, false, 0);
}

/* The run is stopped at the end of its collection by holding the last slot. */
static void slots_touched_after_they_were_chosen_are_skipped(void **state)
{
	struct t_zram *t = make(*state, "none", zcomp_name(0), NULL);
	struct kc_thread thread;
	u32 i;

	for (i = 0; i < 4; i++)
		t_write(t, i, T_SMALL, i);
	slot_lock(t->zram, T_NR_SLOTS - 1);
	assert_int_equal(kc_thread_create(&thread, "recompress", recompress, t), 0);
	t_until(slot_test_flag(t->zram, 3, ZRAM_PP_SLOT));
	zram_slot_free_notify(t->zram, 0);
	t_write(t, 1, T_SMALL, 11);
	t_expect(t, 2, T_SMALL, 2);
	slot_unlock(t->zram, T_NR_SLOTS - 1);
	kc_thread_join(&thread);

	assert_int_equal(t_io(t).miss_free, 0);
	assert_false(slot_allocated(t->zram, 0));
	assert_int_equal(slot_priority(t->zram, 1), 0);
	assert_int_equal(slot_priority(t->zram, 2), 0);
	assert_int_equal(slot_priority(t->zram, 3), 1);
	t_expect(t, 1, T_SMALL, 11);
	t_expect(t, 2, T_SMALL, 2);
	t_expect(t, 3, T_SMALL, 3);
	t_check_table(t);
	t_destroy(t);
}

static void all_compressors_in_a_row_keep_the_content(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift, .comp = { "none" } };
	unsigned int prio;
	struct t_zram *t;

	for (prio = 1; prio < ZRAM_MAX_COMPS && zcomp_name(prio - 1); prio++)
		params.comp[prio] = zcomp_name(prio - 1);
	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	t = t_create_params(&params);
	write_all_kinds(t);
	for (prio = 1; prio < ZRAM_MAX_COMPS && params.comp[prio]; prio++) {
		assert_true(zram_recompress(t->zram, prio, false, 0) >= 0);
		expect_all_kinds(t);
	}
	t_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(priorities_without_a_compressor_are_refused),
		cmocka_unit_test(all_compressors_in_a_row_keep_the_content),
		cmocka_unit_test(without_a_second_compressor_nothing_is_done),
		cmocka_unit_test(no_priority_means_the_second_compressor),
		cmocka_unit_test(an_overwrite_clears_what_recompression_and_idle_marking_have_set),
		cmocka_unit_test(slots_become_smaller_and_keep_their_content),
		cmocka_unit_test(what_the_last_compressor_cannot_shrink_is_incompressible),
		cmocka_unit_test(a_compressor_before_the_last_may_give_up),
		cmocka_unit_test(a_slot_is_not_recompressed_by_the_same_compressor_again),
		cmocka_unit_test(a_result_of_the_same_class_is_not_good_enough),
		cmocka_unit_test(only_idle_slots_if_asked),
		cmocka_unit_test(slots_below_the_threshold_are_left_alone),
		cmocka_unit_test(a_result_at_the_threshold_or_above_is_not_good_enough),
		cmocka_unit_test(a_pending_slot_stays_pending_and_is_not_recompressed),
		cmocka_unit_test(content_that_does_not_expand_ends_the_run),
		cmocka_unit_test(a_failed_allocation_ends_the_run_and_loses_nothing),
		cmocka_unit_test(slots_touched_after_they_were_chosen_are_skipped),
	};

	/* Without any other compressor only the first three tests have something to do. */
	return t_run("zram_recompress", tests,
		     strcmp(zcomp_name(0), "none") ? sizeof(tests) / sizeof(tests[0]) : 3);
}
