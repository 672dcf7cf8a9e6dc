// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The free hook: what it is offered, when it is told to forget, when it has to drain. */

#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "../t_wait.h"
#include "port.h"
#include "t_zram.h"

enum {
	T_SOME_LOOKS = 40,
};

/* A hook that keeps slots in ZRAM_DEFERRED and handles in an array. */
struct t_hook {
	struct zram_free_hook hook;
	struct t_zram *t;
	bool refuse;
	u32 offers;
	u32 cancels;
	u32 drains;
	unsigned long handles[T_NR_SLOTS];
	u32 sizes[T_NR_SLOTS];
	u32 nr;
};

static bool offer_slot(struct zram_free_hook *hook, u32 index)
{
	struct t_hook *h = (struct t_hook *)(void *)hook;

	h->offers++;
	assert_false(slot_trylock(h->t->zram, index));
	return !h->refuse;
}

static bool offer_handle(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	struct t_hook *h = (struct t_hook *)(void *)hook;

	h->offers++;
	if (h->refuse)
		return false;
	h->sizes[h->nr] = size;
	h->handles[h->nr++] = handle;
	return true;
}

static void cancel(struct zram_free_hook *hook, u32 index)
{
	struct t_hook *h = (struct t_hook *)(void *)hook;

	h->cancels++;
	assert_true(t_deferred(h->t->zram, index));
}

static void drain(struct zram_free_hook *hook)
{
	struct t_hook *h = (struct t_hook *)(void *)hook;
	struct zram *zram = h->t->zram;
	u32 i;

	h->drains++;
	for (i = 0; i < zram_nr_slots(zram); i++)
		assert_int_not_equal(slot_drain(zram, i, true, NULL), SLOT_BUSY);
	for (i = 0; i < h->nr; i++)
		zs_free(zram_pool(zram), h->handles[i]);
	h->nr = 0;
}

static int setup(void **state)
{
	struct t_hook *h = calloc(1, sizeof(*h));
	void *dev = *state;

	assert_non_null(h);
	t_setup(&dev);
	h->t = dev;
	h->hook.cancel = cancel;
	h->hook.drain = drain;
	*state = h;
	return 0;
}

static int setup_slots(void **state)
{
	struct t_hook *h;

	setup(state);
	h = *state;
	h->hook.offer_slot = offer_slot;
	assert_int_equal(zram_set_free_hook(h->t->zram, &h->hook), 0);
	return 0;
}

static int setup_handles(void **state)
{
	struct t_hook *h;

	setup(state);
	h = *state;
	h->hook.offer_handle = offer_handle;
	assert_int_equal(zram_set_free_hook(h->t->zram, &h->hook), 0);
	return 0;
}

static int teardown(void **state)
{
	struct t_hook *h = *state;

	drain(&h->hook);
	assert_int_equal(zram_set_free_hook(h->t->zram, NULL), 0);
	t_check_table(h->t);
	t_destroy(h->t);
	free(h);
	return 0;
}

static void there_is_room_for_one_hook(void **state)
{
	struct t_hook *h = *state;
	struct zram_free_hook other = { 0 };

	assert_int_equal(zram_set_free_hook(h->t->zram, &other), -EBUSY);
	assert_int_equal(zram_set_free_hook(h->t->zram, NULL), 0);
	assert_int_equal(zram_set_free_hook(h->t->zram, NULL), 0);
	assert_int_equal(zram_set_free_hook(h->t->zram, &other), 0);
	assert_int_equal(zram_set_free_hook(h->t->zram, NULL), 0);
}

/* A notification that is under way, and somebody who changes the hook meanwhile. */
struct t_change {
	struct kc_thread reader;
	struct kc_thread changer;
	struct zram *zram;
	void (*change)(struct zram *zram);
	bool reads;
	bool leave;
	bool changes;
	bool changed;
};

static void read_the_hook(void *arg)
{
	struct t_change *c = arg;

	preempt_disable();
	WRITE_ONCE(c->reads, true);
	while (!READ_ONCE(c->leave))
		cpu_relax();
	preempt_enable();
}

static void change_the_hook(void *arg)
{
	struct t_change *c = arg;

	WRITE_ONCE(c->changes, true);
	c->change(c->zram);
	WRITE_ONCE(c->changed, true);
}

static void take_it_off(struct zram *zram)
{
	zram_set_free_hook(zram, NULL);
}

/* One that does not wait has some looks' time to come back. */
static bool waits_for_a_notification(struct zram *zram, void (*change)(struct zram *zram))
{
	struct t_change c = { .zram = zram, .change = change };
	unsigned int looks;
	bool waits;

	assert_int_equal(kc_thread_create(&c.reader, "reader", read_the_hook, &c), 0);
	t_until(READ_ONCE(c.reads));
	assert_int_equal(kc_thread_create(&c.changer, "changer", change_the_hook, &c), 0);
	t_until(READ_ONCE(c.changes));
	for (looks = 0; looks < T_SOME_LOOKS && !READ_ONCE(c.changed); looks++)
		t_wait_look(T_WAIT_SOON);
	waits = !READ_ONCE(c.changed);
	WRITE_ONCE(c.leave, true);
	t_until(READ_ONCE(c.changed));
	kc_thread_join(&c.reader);
	kc_thread_join(&c.changer);
	return waits;
}

static void a_hook_is_used_no_more_once_it_is_closed_or_off(void **state)
{
	struct t_hook *h = *state;
	struct zram *zram = h->t->zram;

	assert_true(waits_for_a_notification(zram, zram_close_free_hook));
	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(zram, 5);
	assert_int_equal(h->offers, 0);
	assert_true(waits_for_a_notification(zram, take_it_off));
}

static void a_hook_that_takes_no_offers_changes_nothing(void **state)
{
	struct t_hook *h = *state;

	h->hook.offer_slot = NULL;
	t_write(h->t, 0, T_SMALL, 1);
	zram_slot_free_notify(h->t->zram, 0);
	assert_false(slot_allocated(h->t->zram, 0));
	assert_int_equal(h->cancels, 0);
}

static void a_queued_slot_keeps_content_and_statistics(void **state)
{
	struct t_hook *h = *state;
	struct zram_mm_stat before, after;

	t_write(h->t, 5, T_MEDIUM, 1);
	before = t_mm(h->t);
	zram_slot_free_notify(h->t->zram, 5);
	after = t_mm(h->t);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_true(t_deferred(h->t->zram, 5));
	t_expect(h->t, 5, T_MEDIUM, 1);
	assert_true(t_deferred(h->t->zram, 5));
	drain(&h->hook);
	assert_false(slot_allocated(h->t->zram, 5));
	assert_int_equal(h->cancels, 0);
}

static void a_refused_slot_is_freed_at_once(void **state)
{
	struct t_hook *h = *state;

	h->refuse = true;
	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	assert_int_equal(h->offers, 1);
	assert_int_equal(h->cancels, 0);
	assert_false(slot_allocated(h->t->zram, 5));
}

static void empty_and_same_filled_slots_are_offered_too(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 1, T_SAME, 1);
	zram_slot_free_notify(h->t->zram, 1);
	zram_slot_free_notify(h->t->zram, 2);
	assert_int_equal(h->offers, 2);
	assert_true(t_deferred(h->t->zram, 2));
}

static void a_busy_slot_is_not_offered(void **state)
{
	struct t_hook *h = *state;

	slot_lock(h->t->zram, 1);
	zram_slot_free_notify(h->t->zram, 1);
	slot_unlock(h->t->zram, 1);
	assert_int_equal(h->offers, 0);
	assert_int_equal(t_io(h->t).miss_free, 1);
}

static void a_second_notification_cancels_and_frees_at_once(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	zram_slot_free_notify(h->t->zram, 5);
	assert_int_equal(h->offers, 1);
	assert_int_equal(h->cancels, 1);
	assert_int_equal(slot_word(h->t->zram, 5), 0);
	assert_int_equal(t_mm(h->t).orig_data_size, 0);
}

static void a_rewrite_cancels_and_its_content_survives_the_drain(void **state)
{
	struct t_hook *h = *state;
	enum t_kind kind;

	for (kind = T_SAME; kind < T_NR_KINDS; kind++) {
		h->cancels = 0;
		t_write(h->t, 5, T_MEDIUM, 1);
		zram_slot_free_notify(h->t->zram, 5);
		t_write(h->t, 5, kind, 2);
		assert_int_equal(h->cancels, 1);
		assert_false(t_deferred(h->t->zram, 5));
		drain(&h->hook);
		t_expect(h->t, 5, kind, 2);
	}
}

static void a_discard_of_a_pending_slot_cancels(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	zram_discard(h->t->zram, (u64)5 << h->t->shift, h->t->page);
	assert_int_equal(h->cancels, 1);
	assert_int_equal(h->drains, 0);
	assert_false(slot_allocated(h->t->zram, 5));
}

static void a_discard_of_the_whole_device_drains_first(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	zram_discard(h->t->zram, 0, (u64)T_NR_SLOTS << h->t->shift);
	assert_int_equal(h->drains, 1);
	assert_int_equal(h->cancels, 0);
}

static void a_reset_drains_first(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	zram_reset(h->t->zram);
	assert_int_equal(h->drains, 1);
	assert_int_equal(h->cancels, 0);
	assert_int_equal(t_mm(h->t).mem_used_total, 0);
}

static void at_the_limit_a_write_drains_once_and_then_succeeds(void **state)
{
	struct t_hook *h = *state;
	u32 i;

	for (i = 0; i < 4; i++)
		t_write(h->t, i, T_HUGE, i);
	zram_set_mem_limit(h->t->zram, 4 * h->t->page);
	zram_slot_free_notify(h->t->zram, 0);
	t_write(h->t, 10, T_HUGE, 10);
	assert_int_equal(h->drains, 1);
	assert_int_equal(t_io(h->t).failed_writes, 0);
	t_expect(h->t, 10, T_HUGE, 10);

	t_make_page(h->t->in, h->t->page, T_HUGE, 11);
	assert_int_equal(zram_write(h->t->zram, 11, h->t->in), -ENOMEM);
	assert_int_equal(h->drains, 2);
	assert_int_equal(t_io(h->t).failed_writes, 1);
	assert_false(slot_allocated(h->t->zram, 11));
}

static void a_failed_rewrite_leaves_the_slot_pending(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 0, T_HUGE, 0);
	zram_set_mem_limit(h->t->zram, h->t->page);
	h->hook.drain = NULL;
	zram_slot_free_notify(h->t->zram, 0);
	t_make_page(h->t->in, h->t->page, T_HUGE, 11);
	assert_int_equal(zram_write(h->t->zram, 0, h->t->in), -ENOMEM);
	assert_true(t_deferred(h->t->zram, 0));
	t_expect(h->t, 0, T_HUGE, 0);
	drain(&h->hook);
	assert_false(slot_allocated(h->t->zram, 0));
}

static void idle_marking_leaves_a_pending_slot_pending(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	zram_mark_idle(h->t->zram);
	assert_true(t_deferred(h->t->zram, 5));
}

static void a_pending_slot_without_cancel_is_still_freed_by_a_rewrite(void **state)
{
	struct t_hook *h = *state;

	h->hook.cancel = NULL;
	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	t_write(h->t, 5, T_SMALL, 2);
	assert_false(t_deferred(h->t->zram, 5));
	drain(&h->hook);
	t_expect(h->t, 5, T_SMALL, 2);
}

static void an_offered_handle_comes_with_a_clean_slot(void **state)
{
	struct t_hook *h = *state;
	enum t_kind kind;

	for (kind = T_SMALL; kind < T_NR_KINDS; kind++) {
		u32 bytes;

		t_write(h->t, 5, kind, 1);
		bytes = slot_size(h->t->zram, 5);
		zram_slot_free_notify(h->t->zram, 5);
		assert_int_equal(h->nr, 1);
		assert_int_equal(h->sizes[0], bytes);
		assert_int_equal(slot_word(h->t->zram, 5), 0);
		assert_int_equal(t_mm(h->t).orig_data_size, 0);
		assert_int_equal(t_mm(h->t).compr_data_size, 0);
		assert_true(t_mm(h->t).mem_used_total > 0);
		t_expect(h->t, 5, T_EMPTY, 0);
		drain(&h->hook);
		assert_int_equal(t_mm(h->t).mem_used_total, 0);
	}
	assert_int_equal(h->cancels, 0);
}

static void a_refused_handle_is_freed_at_once(void **state)
{
	struct t_hook *h = *state;

	h->refuse = true;
	t_write(h->t, 5, T_MEDIUM, 1);
	zram_slot_free_notify(h->t->zram, 5);
	assert_int_equal(h->offers, 1);
	assert_int_equal(t_mm(h->t).mem_used_total, 0);
}

static void slots_without_an_object_offer_no_handle(void **state)
{
	struct t_hook *h = *state;

	t_write(h->t, 1, T_SAME, 1);
	zram_slot_free_notify(h->t->zram, 1);
	zram_slot_free_notify(h->t->zram, 2);
	assert_int_equal(h->offers, 0);
	assert_false(slot_allocated(h->t->zram, 1));
	assert_int_equal(t_mm(h->t).same_pages, 0);
}

#define SLOTS(name)   cmocka_unit_test_setup_teardown(name, setup_slots, teardown)
#define HANDLES(name) cmocka_unit_test_setup_teardown(name, setup_handles, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SLOTS(there_is_room_for_one_hook),
		SLOTS(a_hook_is_used_no_more_once_it_is_closed_or_off),
		SLOTS(a_hook_that_takes_no_offers_changes_nothing),
		SLOTS(a_queued_slot_keeps_content_and_statistics),
		SLOTS(a_refused_slot_is_freed_at_once),
		SLOTS(empty_and_same_filled_slots_are_offered_too),
		SLOTS(a_busy_slot_is_not_offered),
		SLOTS(a_second_notification_cancels_and_frees_at_once),
		SLOTS(a_rewrite_cancels_and_its_content_survives_the_drain),
		SLOTS(a_discard_of_a_pending_slot_cancels),
		SLOTS(a_discard_of_the_whole_device_drains_first),
		SLOTS(a_reset_drains_first),
		SLOTS(at_the_limit_a_write_drains_once_and_then_succeeds),
		SLOTS(a_failed_rewrite_leaves_the_slot_pending),
		SLOTS(idle_marking_leaves_a_pending_slot_pending),
		SLOTS(a_pending_slot_without_cancel_is_still_freed_by_a_rewrite),
		HANDLES(an_offered_handle_comes_with_a_clean_slot),
		HANDLES(a_refused_handle_is_freed_at_once),
		HANDLES(slots_without_an_object_offer_no_handle),
	};

	return t_run("zram_hook", tests, sizeof(tests) / sizeof(tests[0]));
}
