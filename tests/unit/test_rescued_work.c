// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Work queues on a host that starts no thread any more: the manager runs what is queued. A test
 * that waits for a worker hangs.
 */
#include <linux/smp.h>
#include <linux/workqueue.h>

#include <kc_workqueue.h>

#include "account.h"
#include "t_work.h"
#include "wq_pool.h"

enum {
	T_ITEMS = 8,
	T_REQUEUES = 5,
};

/* A queue whose manager is the last thread there is. */
static struct workqueue_struct *t_last_thread(unsigned int flags)
{
	struct workqueue_struct *wq = alloc_workqueue("rescued", flags, T_ITEMS);

	assert_non_null(wq);
	mem_account_fail_every(mem_account_root(), 1);
	return wq;
}

static void t_destroy(struct workqueue_struct *wq)
{
	destroy_workqueue(wq);
	mem_account_fail_none(mem_account_root());
}

static void t_all_run(unsigned int flags)
{
	struct workqueue_struct *wq = t_last_thread(flags);
	struct t_work items[T_ITEMS];
	u32 i;

	for (i = 0; i < T_ITEMS; i++) {
		t_work_init(&items[i], wq);
		items[i].requeue = i % 2 ? T_REQUEUES : 0;
		assert_true(queue_work_on(i, wq, &items[i].work));
	}
	flush_work(&items[0].work);
	assert_int_equal(items[0].runs, 1);
	drain_workqueue(wq);
	for (i = 0; i < T_ITEMS; i++) {
		assert_int_equal(items[i].runs, i % 2 ? T_REQUEUES + 1 : 1);
		assert_int_equal(items[i].overlaps, 0);
		if (!(flags & WQ_UNBOUND))
			assert_int_equal(items[i].cpu, i);
		assert_true(list_empty(&wq->pools[flags & WQ_UNBOUND ? 0 : i].workers));
	}
	assert_true(queue_work(wq, &items[0].work));
	t_destroy(wq);
	assert_int_equal(items[0].runs, 2);
}

static void what_is_queued_runs_without_a_worker(void **state)
{
	(void)state;
	t_all_run(WQ_UNBOUND);
	t_all_run(0);
}

/** struct t_delayed - a delayed item that counts its runs */
struct t_delayed {
	struct delayed_work dwork;
	u32 runs;
};

static void t_delayed_fn(struct work_struct *work)
{
	struct t_delayed *t = container_of(to_delayed_work(work), struct t_delayed, dwork);

	__atomic_fetch_add(&t->runs, 1, __ATOMIC_RELEASE);
}

/* The manager fires timers between two items it runs. */
static void a_delayed_item_runs_without_a_worker(void **state)
{
	struct workqueue_struct *wq = t_last_thread(0);
	struct t_delayed t = { .runs = 0 };

	(void)state;
	INIT_DELAYED_WORK(&t.dwork, t_delayed_fn);
	assert_true(queue_delayed_work_on(1, wq, &t.dwork, 1));
	t_until(smp_load_acquire(&t.runs));
	t_destroy(wq);
}

static void what_the_manager_runs_is_flushed_and_cancelled_like_any_item(void **state)
{
	struct workqueue_struct *wq = t_last_thread(WQ_UNBOUND);
	struct t_work first, second;
	u64 before;

	(void)state;
	t_work_init(&first, wq);
	t_work_init(&second, wq);
	first.hold = 1;
	assert_true(queue_work(wq, &first.work));
	t_until(smp_load_acquire(&first.inside));
	assert_true(queue_work(wq, &second.work));
	/* It is the queue's thread, once. */
	before = workqueue_cpu_ns(wq);
	assert_true(before <= kc_thread_cpu_ns_of(&wq->manager));
	assert_true(queue_work(wq, &first.work));
	assert_true(cancel_work_sync(&second.work));
	WRITE_ONCE(first.hold, 0);
	assert_true(flush_work(&first.work));
	drain_workqueue(wq);
	assert_int_equal(first.runs, 2);
	assert_int_equal(first.overlaps, 0);
	assert_int_equal(second.runs, 0);
	t_destroy(wq);
}

static unsigned int t_workers(struct kc_pool *pool)
{
	unsigned int nr;

	raw_spin_lock(&pool->lock);
	nr = pool->nr_workers;
	raw_spin_unlock(&pool->lock);
	return nr;
}

static void threads_that_can_be_started_again_are(void **state)
{
	struct workqueue_struct *wq = t_last_thread(WQ_UNBOUND);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	assert_true(queue_work(wq, &t.work));
	flush_work(&t.work);
	assert_int_equal(t_workers(&wq->pools[0]), 0);
	mem_account_fail_none(mem_account_root());
	assert_true(queue_work(wq, &t.work));
	flush_work(&t.work);
	drain_workqueue(wq);
	assert_int_equal(t.runs, 2);
	t_until(t_workers(&wq->pools[0]) == 1);
	destroy_workqueue(wq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_queued_runs_without_a_worker),
		cmocka_unit_test(a_delayed_item_runs_without_a_worker),
		cmocka_unit_test(what_the_manager_runs_is_flushed_and_cancelled_like_any_item),
		cmocka_unit_test(threads_that_can_be_started_again_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
