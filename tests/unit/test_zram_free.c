// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a free leaves for later, and what it tells about itself: emptied zspages left to the
 * pool's worker, phases, statistics of the slot locks.
 */

#include "../t_wait.h"
#include "t_zram.h"

#include "phase.h"
#include "port.h"
#include "zram/zram_phase.h"

enum {
	T_ROUNDS = 12,
	T_POLL_NS = 20000,
};

static int t_setup_deferred(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };

	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	params.pool.pages = ZS_PAGES_DEFERRED;
	*state = t_create_params(&params);
	return 0;
}

static void t_fill(struct t_zram *t, enum t_kind kind)
{
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, kind, i);
}

static void t_notify_all(struct t_zram *t)
{
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		zram_slot_free_notify(t->zram, i);
}

/* Pages of the huge class are of no use to another one: they have to come back first. */
static void at_the_limit_a_write_waits_for_zspages_left_to_the_worker(void **state)
{
	struct t_zram *t = *state;
	u32 round;

	for (round = 0; round < T_ROUNDS; round++) {
		t_fill(t, T_HUGE);
		zram_set_mem_limit(t->zram, t_mm(t).mem_used_total);
		t_notify_all(t);
		t_write(t, 0, T_MEDIUM, round);
		assert_int_equal(t_io(t).failed_writes, 0);
		t_expect(t, 0, T_MEDIUM, round);
		zram_reset(t->zram);
	}
}

static void after_a_discard_of_the_whole_device_no_page_is_held(void **state)
{
	struct t_zram *t = *state;
	u32 round;

	for (round = 0; round < T_ROUNDS; round++) {
		t_fill(t, round % 2 ? T_HUGE : T_SMALL);
		if (round % 4 < 2)
			t_notify_all(t);
		zram_discard(t->zram, 0, (u64)T_NR_SLOTS << t->shift);
		assert_int_equal(t_mm(t).mem_used_total, 0);
		t_check_table(t);
	}
}

static void after_a_reset_no_page_is_held(void **state)
{
	struct t_zram *t = *state;
	u32 round;

	for (round = 0; round < T_ROUNDS; round++) {
		t_fill(t, round % 2 ? T_HUGE : T_SMALL);
		if (round % 4 < 2)
			t_notify_all(t);
		zram_reset(t->zram);
		assert_int_equal(t_mm(t).mem_used_total, 0);
	}
}

static struct kc_phases t_recorded(void (*fn)(struct t_zram *t), struct t_zram *t)
{
	struct kc_phases sum = { .changes = 0 };

	assert_int_equal(kc_phases_start(KC_PHASE_OTHER), 0);
	fn(t);
	assert_int_equal(kc_phase(KC_PHASE_OTHER), KC_PHASE_OTHER);
	kc_phases_stop(&sum);
	return sum;
}

static void a_notification_that_frees_is_notify_and_slot(void **state)
{
	struct t_zram *t = *state;
	struct kc_phases sum;

	t_fill(t, T_MEDIUM);
	sum = t_recorded(t_notify_all, t);
	assert_int_equal(sum.calls[KC_PHASE_OTHER], T_NR_SLOTS + 2);
	assert_true(sum.calls[ZRAM_PHASE_NOTIFY] >= 2 * T_NR_SLOTS);
	assert_int_equal(sum.calls[ZRAM_PHASE_SLOT], T_NR_SLOTS);
	assert_int_equal(sum.calls[ZRAM_PHASE_QUEUE], 0);
	assert_int_equal(t_mm(t).orig_data_size, 0);

	/* Nothing is recorded any more, and all is as before. */
	t_fill(t, T_MEDIUM);
	t_notify_all(t);
	t_check_table(t);
}

static void a_notification_that_misses_ends_its_phase(void **state)
{
	struct t_zram *t = *state;
	struct kc_phases sum;

	slot_lock(t->zram, 3);
	sum = t_recorded(t_notify_all, t);
	slot_unlock(t->zram, 3);
	assert_int_equal(t_io(t).miss_free, 1);
	assert_int_equal(sum.calls[KC_PHASE_OTHER], T_NR_SLOTS + 2);
	assert_int_equal(sum.calls[ZRAM_PHASE_SLOT], T_NR_SLOTS - 1);
}

static void t_discard_all(struct t_zram *t)
{
	zram_discard(t->zram, 0, (u64)T_NR_SLOTS << t->shift);
}

static void a_discard_is_slot_only(void **state)
{
	struct t_zram *t = *state;
	struct kc_phases sum;

	t_fill(t, T_SMALL);
	sum = t_recorded(t_discard_all, t);
	assert_int_equal(sum.calls[ZRAM_PHASE_SLOT], T_NR_SLOTS);
	assert_int_equal(sum.calls[ZRAM_PHASE_NOTIFY], 0);
	assert_int_equal(sum.calls[ZRAM_PHASE_QUEUE], 0);
}

/** struct t_taker - a hook that takes every slot, or the handles of slots with an odd size */
struct t_taker {
	struct zram_free_hook hook;
	unsigned long handles[T_NR_SLOTS];
	u32 nr;
};

static bool t_take_slot(struct zram_free_hook *hook, u32 index)
{
	(void)hook;
	(void)index;
	return true;
}

static bool t_take_handle(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	struct t_taker *taker = (struct t_taker *)(void *)hook;

	(void)size;
	if (taker->nr % 2)
		handle = 0;
	taker->handles[taker->nr++] = handle;
	return handle;
}

static void a_slot_that_is_queued_is_not_cleaned(void **state)
{
	struct t_zram *t = *state;
	struct t_taker taker = { .hook.offer_slot = t_take_slot };
	struct kc_phases sum;

	assert_int_equal(zram_set_free_hook(t->zram, &taker.hook), 0);
	t_fill(t, T_SMALL);
	sum = t_recorded(t_notify_all, t);
	assert_int_equal(zram_set_free_hook(t->zram, NULL), 0);
	assert_int_equal(sum.calls[ZRAM_PHASE_QUEUE], T_NR_SLOTS);
	assert_int_equal(sum.calls[ZRAM_PHASE_SLOT], 0);
	assert_int_equal(sum.calls[ZRAM_PHASE_NOTIFY], 2 * T_NR_SLOTS);
	assert_int_equal(t_mm(t).orig_data_size, T_NR_SLOTS * t->page);
}

static void a_handle_is_queued_after_its_slot_is_cleaned(void **state)
{
	struct t_zram *t = *state;
	struct t_taker taker = { .hook.offer_handle = t_take_handle };
	struct kc_phases sum;
	u32 i;

	assert_int_equal(zram_set_free_hook(t->zram, &taker.hook), 0);
	t_fill(t, T_SMALL);
	sum = t_recorded(t_notify_all, t);
	assert_int_equal(zram_set_free_hook(t->zram, NULL), 0);
	assert_int_equal(sum.calls[ZRAM_PHASE_QUEUE], T_NR_SLOTS);
	assert_int_equal(sum.calls[ZRAM_PHASE_SLOT], T_NR_SLOTS);
	assert_int_equal(taker.nr, T_NR_SLOTS);
	for (i = 0; i < taker.nr; i++)
		zs_free(zram_pool(t->zram), taker.handles[i]);
	t_check_table(t);
	assert_int_equal(t_mm(t).orig_data_size, 0);
}

static struct kc_lock_stat t_slot_locks(struct t_zram *t)
{
	struct kc_lock_stat stat = { .acquisitions = 0 };

	zram_slot_lock_stat(t->zram, &stat);
	return stat;
}

static void slot_locks_taken_follow_from_what_was_done(void **state)
{
	struct t_zram *t = *state;

	assert_int_equal(t_slot_locks(t).acquisitions, 0);
	t_write(t, 1, T_SMALL, 1);
	assert_int_equal(t_slot_locks(t).acquisitions, 2);
	t_expect(t, 1, T_SMALL, 1);
	assert_int_equal(t_slot_locks(t).acquisitions, 4);
	zram_slot_free_notify(t->zram, 1);
	assert_int_equal(t_slot_locks(t).acquisitions, 5);
	t_write(t, 1, T_EMPTY, 0);
	assert_int_equal(t_slot_locks(t).acquisitions, 6);
	assert_int_equal(t_io(t).notify_free, 2);
	zram_mark_idle(t->zram);
	assert_int_equal(t_slot_locks(t).acquisitions, 6 + T_NR_SLOTS);

	slot_lock(t->zram, 1);
	zram_slot_free_notify(t->zram, 1);
	slot_unlock(t->zram, 1);
	assert_int_equal(t_slot_locks(t).acquisitions, 6 + T_NR_SLOTS);
	assert_int_equal(t_slot_locks(t).contended, 0);
	zram_reset(t->zram);
	assert_int_equal(t_slot_locks(t).acquisitions, 0);
}

/** struct t_waiter - a thread that is about to wait for a slot */
struct t_waiter {
	struct t_zram *t;
	u32 about;
};

static void t_wait_for_slot(void *arg)
{
	struct t_waiter *w = arg;

	smp_store_release(&w->about, 1);
	slot_lock(w->t->zram, 9);
	slot_unlock(w->t->zram, 9);
}

/* True if the waiter came while the slot was held. */
static bool t_slot_was_waited_for(struct t_waiter *w)
{
	struct kc_thread thread;

	w->about = 0;
	slot_lock(w->t->zram, 9);
	assert_int_equal(kc_thread_create(&thread, "waiter", t_wait_for_slot, w), 0);
	t_until(smp_load_acquire(&w->about));
	kc_sleep_ns(T_POLL_NS);
	slot_unlock(w->t->zram, 9);
	kc_thread_join(&thread);
	return t_slot_locks(w->t).contended;
}

static void waiting_for_a_slot_is_counted_and_timed(void **state)
{
	struct t_waiter w = { .t = *state };
	struct kc_lock_stat before = { .acquisitions = 5, .contended = 7 };

	t_until(t_slot_was_waited_for(&w));
	assert_int_equal(t_slot_locks(w.t).contended, 1);
	assert_true(t_slot_locks(w.t).wait_ns > 0);
	zram_slot_lock_stat(w.t->zram, &before);
	assert_int_equal(before.acquisitions, 5);
	assert_int_equal(before.contended, 8);
	zram_reset(w.t->zram);
	assert_int_equal(t_slot_locks(w.t).contended + t_slot_locks(w.t).wait_ns, 0);
}

#define T(name)	       cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)
#define DEFERRED(name) cmocka_unit_test_setup_teardown(name, t_setup_deferred, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEFERRED(at_the_limit_a_write_waits_for_zspages_left_to_the_worker),
		DEFERRED(after_a_discard_of_the_whole_device_no_page_is_held),
		DEFERRED(after_a_reset_no_page_is_held),
		T(a_notification_that_frees_is_notify_and_slot),
		T(a_notification_that_misses_ends_its_phase),
		T(a_discard_is_slot_only),
		T(a_slot_that_is_queued_is_not_cleaned),
		T(a_handle_is_queued_after_its_slot_is_cleaned),
		T(slot_locks_taken_follow_from_what_was_done),
		T(waiting_for_a_slot_is_counted_and_timed),
	};

	return t_run("zram_free", tests, sizeof(tests) / sizeof(tests[0]));
}
