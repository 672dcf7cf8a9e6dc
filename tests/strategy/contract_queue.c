// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The contract: what is queued, up to which budget, and who drains it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/minmax.h>
#include <linux/preempt.h>

#include "port.h"
#include "tests/strategy/t_contract.h"
#include "tests/t_wait.h"
#include "zfree/core.h"
#include "zram/slot.h"

enum {
	WIDE = 2 * SLOTS,
	KICK = 8,
	MOST_KICKS = 4, /* that a strategy may collect in a buffer */
	BUSY = 3,
	SHORT_LOOKS = 40,
};

static void write_with_handle(struct t_dev *d, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		assert_int_equal(t_write(d, t_with_handle(i), 1), 0);
}

/* Notifies those from the one numbered @from until @nr have been queued. Return: the next. */
static u32 notify_with_handle(struct t_dev *d, u32 from, u32 nr)
{
	for (; nr; nr--)
		zram_slot_free_notify(d->zram, t_with_handle(from++));
	return from;
}

void pending_is_what_was_queued_and_a_drain_leaves_nothing(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct zfree_stats stats;
	struct t_dev d;
	u32 i;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	/* None of these is same-filled: those have no handle to queue. */
	for (i = 0; i < 7; i++)
		zram_slot_free_notify(d.zram, i * 9);
	zfree_stats(d.zf, &stats);
	assert_int_equal(stats.notified, queues() ? 7 : 0);
	assert_int_equal(stats.queued, stats.notified);
	assert_int_equal(zfree_pending(d.zf) + stats.drained, stats.queued);
	zfree_drain(d.zf);
	assert_int_equal(zfree_pending(d.zf), 0);
	assert_int_equal(t_slots_stored(&d), SLOTS - 7);
	zfree_stats(d.zf, &stats);
	assert_int_equal(stats.drained, stats.queued);
	t_dev_exit(&d);
}

/* So that others can have theirs. */
static void a_cpu_takes_a_stock_at_a_time(struct t_dev *d)
{
	write_with_handle(d, 1);
	notify_with_handle(d, 0, 1);
	assert_in_range(atomic_long_read(&d->zf->core->reserved), 1, max(the_case.stock, 1U));
	zfree_drain(d->zf);
}

/* On one CPU, which can have all of the budget; nothing is refused that there is budget for. */
void whole_budget_can_be_queued_again_and_again(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct zfree_stats before, after;
	unsigned int round;
	struct t_dev d;
	u32 nr, next;

	(void)state;
	if (!queues())
		return;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	a_cpu_takes_a_stock_at_a_time(&d);
	nr = min(d.zf->budget_slots, (u32)SLOTS / 2);
	for (round = 0; round < 3; round++) {
		write_with_handle(&d, nr + 3);
		before = stats_of(&d);
		down_write(&d.zf->core->run_lock);
		preempt_disable();
		next = notify_with_handle(&d, 0, nr);
		after = stats_of(&d);
		assert_int_equal(after.queued - before.queued, nr);
		assert_int_equal(after.overflow, before.overflow);
		notify_with_handle(&d, next, 3);
		preempt_enable();
		up_write(&d.zf->core->run_lock);
		after = stats_of(&d);
		assert_int_equal(after.notified - before.notified, nr + 3);
		assert_int_equal(after.overflow - before.overflow,
				 nr == d.zf->budget_slots ? 3 : 0);
		assert_int_equal(after.refused, 0);
		zfree_drain(d.zf);
		assert_int_equal(zfree_pending(d.zf), 0);
	}
	t_dev_exit(&d);
}

struct notifier {
	struct kc_thread thread;
	struct t_dev *d;
	u32 first;
};

static void notify_share(void *arg)
{
	struct notifier *n = arg;
	u32 i;

	for (i = n->first; i < SLOTS; i += THREADS)
		zram_slot_free_notify(n->d->zram, i);
}

/* With workers kept out of their runs, what is pending only grows. */
void threads_together_queue_no_more_than_the_budget(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct notifier n[THREADS];
	struct zfree_stats stats;
	struct t_dev d;
	u32 budget, i;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	budget = d.zf->budget_slots;
	if (queues())
		down_write(&d.zf->core->run_lock);
	for (i = 0; i < THREADS; i++) {
		n[i].d = &d;
		n[i].first = i;
		assert_int_equal(kc_thread_create(&n[i].thread, "notify", notify_share, &n[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		kc_thread_join(&n[i].thread);
	zfree_stats(d.zf, &stats);
	assert_true(stats.pending <= budget);
	assert_true(stats.pending_peak >= stats.pending);
	assert_true(stats.pending_peak <= stats.queued);
	assert_int_equal(stats.pending, stats.queued);
	if (queues()) {
		assert_true(stats.queued > 0);
		up_write(&d.zf->core->run_lock);
	}
	settle(&d);
	t_dev_exit(&d);
}

/*
 * With a flush that never comes. What may be left is too little for a kick, in a buffer that is
 * not full, or queued from a stock that was taken before the last kick was due. Producers wait
 * for nobody, so a strategy with a lock may refuse items meanwhile.
 */
void what_reaches_the_kick_is_drained_by_a_worker(void **state)
{
	struct zfree_params params = t_params_still(&the_case, WIDE);
	struct zfree_stats before, stats;
	unsigned int round;
	struct t_dev d;
	u32 left, nr;

	(void)state;
	if (!queues())
		return;
	params.kick_bytes = KICK << T_PAGE_SHIFT;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_attach(&d, &the_case, &params);
	left = d.zf->kick_slots + max(the_case.stock, 1U);
	if (zfree_traits(the_case.ops).hand_over)
		left += MOST_KICKS * d.zf->kick_slots;
	nr = left + SLOTS / 4;
	assert_true(t_with_handle(nr) <= SLOTS);
	for (round = 0; round < 2; round++) {
		write_with_handle(&d, nr);
		before = stats_of(&d);
		notify_with_handle(&d, 0, nr);
		t_wait_below(d.zf, left + 1);
		/* A run is counted when it ends, what it has drained as it goes. */
		down_write(&d.zf->core->run_lock);
		stats = stats_of(&d);
		up_write(&d.zf->core->run_lock);
		assert_true(stats.queued > before.queued);
		assert_int_equal(stats.overflow, stats.refused);
		assert_true(stats.kicks > 0);
		assert_true(stats.by_worker.drained > before.by_worker.drained);
		assert_int_equal(stats.by_flush.runs, 0);
		if (!zfree_traits(the_case.ops).preset)
			assert_true(stats.by_worker.drained <=
				    stats.by_worker.runs * params.run_slots);
		assert_int_equal(stats.by_caller.drained, before.by_caller.drained);
		zfree_drain(d.zf);
		assert_int_equal(zfree_pending(d.zf), 0);
	}
	t_dev_exit(&d);
}

struct drainer {
	struct kc_thread thread;
	struct zfree *zf;
	bool about;
	bool done;
};

static void drain_it(void *arg)
{
	struct drainer *dr = arg;

	WRITE_ONCE(dr->about, true);
	zfree_drain(dr->zf);
	WRITE_ONCE(dr->done, true);
}

/* A drain that does not wait has some looks' time to come back. */
void drain_waits_for_a_busy_slot(void **state)
{
	struct zfree_params params = t_params_still(&the_case, BUDGET);
	struct drainer dr = { .about = false };
	unsigned int looks;
	struct t_dev d;

	(void)state;
	if (!queues() || the_case.unit != ZFREE_SLOT)
		return;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	write_with_handle(&d, KICK);
	t_attach(&d, &the_case, &params);
	notify_with_handle(&d, 0, KICK);
	assert_int_equal(zfree_pending(d.zf), KICK);
	slot_lock(d.zram, t_with_handle(BUSY));
	dr.zf = d.zf;
	assert_int_equal(kc_thread_create(&dr.thread, "drain", drain_it, &dr), 0);
	t_until(READ_ONCE(dr.about));
	for (looks = 0; looks < SHORT_LOOKS && !READ_ONCE(dr.done); looks++)
		t_wait_look(T_WAIT_SOON);
	slot_unlock(d.zram, t_with_handle(BUSY));
	t_until(READ_ONCE(dr.done));
	kc_thread_join(&dr.thread);
	assert_int_equal(zfree_pending(d.zf), 0);
	assert_int_equal(t_slots_stored(&d), 0);
	t_dev_exit(&d);
}

void queue_and_cancel_neither_sleep_nor_allocate(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct t_dev d;
	s64 calls;

	(void)state;
	t_dev_init_as(&d, SLOTS, &the_case.design);
	t_write_all(&d);
	t_attach(&d, &the_case, &params);
	/*
	 * Sleeping with preemption disabled stops the program; an allocation is counted. No worker
	 * runs meanwhile: one bound to this CPU, with a lock of the allocator, would wait for us.
	 */
	mem_account_fail_nth(&d.account, 1000 * 1000);
	calls = atomic64_read(&d.account.fail_calls);
	if (queues())
		down_write(&d.zf->core->run_lock);
	preempt_disable();
	notify_all(&d);
	notify_all(&d);
	preempt_enable();
	if (queues())
		up_write(&d.zf->core->run_lock);
	assert_int_equal(atomic64_read(&d.account.fail_calls), calls);
	mem_account_fail_none(&d.account);
	settle(&d);
	t_dev_exit(&d);
}
