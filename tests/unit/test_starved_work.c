// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Starved workers: kept off their processor when woken, or of low priority. Delays that must not
 * pass are of an hour; a test that waits for one of these hangs.
 */
#include <errno.h>
#include <sys/resource.h>

#include <linux/smp.h>
#include <linux/workqueue.h>

#include <kc_workqueue.h>

#include "t_run.h"
#include "wq_pool.h"

enum {
	T_ITEMS = 4,
	T_ROUNDS = 300,
	T_SHORT_US = 5000,
};

#define T_HOUR_US 3600000000u

/** struct t_item - an item that counts its runs, notes when and how it ran, and can be held */
struct t_item {
	struct work_struct work;
	u32 runs;
	u32 inside;
	u32 hold;
	int nice;
	u64 ran_ns;
};

static void t_item_fn(struct work_struct *work)
{
	struct t_item *t = container_of(work, struct t_item, work);

	t->ran_ns = kc_now_ns();
	t->nice = getpriority(PRIO_PROCESS, 0);
	smp_store_release(&t->inside, 1);
	while (READ_ONCE(t->hold))
		kc_sleep_ns(T_POLL_NS);
	smp_store_release(&t->inside, 0);
	__atomic_fetch_add(&t->runs, 1, __ATOMIC_SEQ_CST);
}

static void t_item_init(struct t_item *t)
{
	memset(t, 0, sizeof(*t));
	INIT_WORK(&t->work, t_item_fn);
}

/* Does a worker sleep? */
static bool t_asleep(struct kc_pool *pool)
{
	bool asleep;

	raw_spin_lock(&pool->lock);
	asleep = pool->nr_idle;
	raw_spin_unlock(&pool->lock);
	return asleep;
}

/* Is there a worker, and does it not sleep? */
static bool t_awake(struct kc_pool *pool)
{
	bool awake;

	raw_spin_lock(&pool->lock);
	awake = pool->nr_workers && !pool->nr_idle;
	raw_spin_unlock(&pool->lock);
	return awake;
}

static void t_runs_after_the_delay(unsigned int flags)
{
	unsigned int cpu = flags & WQ_UNBOUND ? 0 : smp_processor_id();
	struct workqueue_struct *wq = alloc_workqueue("after", flags, 1);
	struct t_item t;
	u64 start;
	int i;

	t_item_init(&t);
	workqueue_set_delay(wq, T_SHORT_US);
	/* First by a worker that is new, then by one that was asleep. */
	for (i = 1; i <= 2; i++) {
		start = kc_now_ns();
		assert_true(queue_work(wq, &t.work));
		assert_true(work_pending(&t.work));
		flush_work(&t.work);
		assert_int_equal(t.runs, i);
		assert_true(t.ran_ns - start >= T_SHORT_US * 1000ull);
		t_until(t_asleep(&wq->pools[cpu]));
	}
	destroy_workqueue(wq);
}

static void a_starved_worker_runs_an_item_after_its_delay_not_before(void **state)
{
	(void)state;
	t_runs_after_the_delay(WQ_UNBOUND);
	t_runs_after_the_delay(0);
}

static void what_a_starved_worker_was_woken_for_can_be_cancelled(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("cancel", WQ_UNBOUND, 2);
	struct t_item t;

	(void)state;
	t_item_init(&t);
	workqueue_set_delay(wq, T_HOUR_US);
	assert_true(queue_work(wq, &t.work));
	assert_false(queue_work(wq, &t.work));
	assert_true(cancel_work_sync(&t.work));
	assert_false(flush_work(&t.work));
	drain_workqueue(wq);
	destroy_workqueue(wq);
	assert_int_equal(t.runs, 0);
}

static void destroying_a_queue_ends_its_delays(void **state)
{
	static const unsigned int flags[] = { WQ_UNBOUND, 0 };
	struct t_item items[T_ITEMS];
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct workqueue_struct *wq = alloc_workqueue("destroy", flags[i], T_ITEMS);

		workqueue_set_delay(wq, T_HOUR_US);
		for (j = 0; j < T_ITEMS; j++) {
			t_item_init(&items[j]);
			assert_true(queue_work_on(j, wq, &items[j].work));
		}
		destroy_workqueue(wq);
		for (j = 0; j < T_ITEMS; j++)
			assert_int_equal(items[j].runs, 1);
	}
}

static void another_delay_ends_those_under_way(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("change", WQ_UNBOUND, 1);
	struct t_item t;

	(void)state;
	t_item_init(&t);
	workqueue_set_delay(wq, T_HOUR_US);
	assert_true(queue_work(wq, &t.work));
	t_until(t_awake(&wq->pools[0]));
	kc_sleep_ns(T_POLL_NS);
	assert_int_equal(__atomic_load_n(&t.runs, __ATOMIC_SEQ_CST), 0);
	workqueue_set_delay(wq, 1);
	flush_work(&t.work);
	assert_int_equal(t.runs, 1);
	destroy_workqueue(wq);
}

static void a_worker_that_runs_goes_on_without_a_delay(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("goes on", WQ_UNBOUND, 1);
	struct t_item first, second;

	(void)state;
	t_item_init(&first);
	t_item_init(&second);
	first.hold = 1;
	assert_true(queue_work(wq, &first.work));
	t_until(smp_load_acquire(&first.inside));
	workqueue_set_delay(wq, T_HOUR_US);
	assert_true(queue_work(wq, &second.work));
	WRITE_ONCE(first.hold, 0);
	flush_work(&second.work);
	assert_int_equal(second.runs, 1);
	destroy_workqueue(wq);
}

/** struct t_hammer - a queue and an item that threads fight over */
struct t_hammer {
	struct workqueue_struct *wq;
	struct t_item item;
};

static void t_hammer_fn(void *arg)
{
	struct t_hammer *h = arg;
	u64 seed = (u64)(uintptr_t)&seed;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		switch (kc_random_below(&seed, 6)) {
		case 0:
		case 1:
			cancel_work_sync(&h->item.work);
			break;
		case 2:
			flush_work(&h->item.work);
			break;
		case 3:
			workqueue_set_delay(h->wq, (u32)kc_random_below(&seed, 200));
			break;
		default:
			queue_work_on((unsigned int)kc_random_below(&seed, 4), h->wq,
				      &h->item.work);
		}
	}
}

static void delays_flushes_and_cancellations_at_once_are_safe(void **state)
{
	struct t_hammer h;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		t_item_init(&h.item);
		h.wq = alloc_workqueue("hammer", i ? WQ_UNBOUND : 0, 4);
		t_run(4, t_hammer_fn, &h);
		cancel_work_sync(&h.item.work);
		assert_int_equal(h.item.inside, 0);
		destroy_workqueue(h.wq);
	}
}

static int t_nice_of_a_run(struct workqueue_struct *wq, struct t_item *t)
{
	assert_true(queue_work(wq, &t->work));
	flush_work(&t->work);
	return t->nice;
}

static void workers_old_and_new_get_the_nice_value_and_nobody_else(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("nice", WQ_UNBOUND, T_ITEMS);
	int mine = getpriority(PRIO_PROCESS, 0), nice = mine < 18 ? mine + 1 : 19;
	struct t_item first, second;

	(void)state;
	t_item_init(&first);
	t_item_init(&second);
	assert_int_equal(t_nice_of_a_run(wq, &first), mine);
	first.hold = 1;
	assert_true(queue_work(wq, &first.work));
	t_until(smp_load_acquire(&first.inside));
	assert_int_equal(workqueue_set_nice(wq, nice), 0);
	assert_int_equal(t_nice_of_a_run(wq, &second), nice);
	WRITE_ONCE(first.hold, 0);
	flush_work(&first.work);
	assert_int_equal(t_nice_of_a_run(wq, &first), nice);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), mine);
	assert_int_equal(workqueue_set_nice(wq, 19), 0);
	assert_int_equal(t_nice_of_a_run(wq, &first), 19);
	destroy_workqueue(wq);
}

static void a_nice_value_that_is_not_allowed_is_reported_and_changes_nothing(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("allowed", WQ_UNBOUND, 1);
	int err, mine = getpriority(PRIO_PROCESS, 0);
	struct t_item t;

	(void)state;
	t_item_init(&t);
	assert_int_equal(workqueue_set_nice(wq, 20), -EINVAL);
	assert_int_equal(workqueue_set_nice(wq, -21), -EINVAL);
	assert_int_equal(t_nice_of_a_run(wq, &t), mine);
	/* Who may raise priorities gets it, anybody else is told. */
	err = workqueue_set_nice(wq, -20);
	assert_true(!err || err == -EACCES || err == -EPERM);
	assert_int_equal(t_nice_of_a_run(wq, &t), err ? mine : -20);
	destroy_workqueue(wq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_starved_worker_runs_an_item_after_its_delay_not_before),
		cmocka_unit_test(what_a_starved_worker_was_woken_for_can_be_cancelled),
		cmocka_unit_test(destroying_a_queue_ends_its_delays),
		cmocka_unit_test(another_delay_ends_those_under_way),
		cmocka_unit_test(a_worker_that_runs_goes_on_without_a_delay),
		cmocka_unit_test(delays_flushes_and_cancellations_at_once_are_safe),
		cmocka_unit_test(workers_old_and_new_get_the_nice_value_and_nobody_else),
		cmocka_unit_test(a_nice_value_that_is_not_allowed_is_reported_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
