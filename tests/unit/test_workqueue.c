// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Work queues: the guarantees of a work item's states, flushing, cancelling.
 */
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <kc_workqueue.h>

#include "account.h"
#include "t_work.h"
#include "wq_pool.h"

enum {
	T_ITEMS = 8,
	T_ROUNDS = 3000,
};

static void a_pending_item_is_not_queued_twice(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("pending", WQ_UNBOUND, 1);
	struct t_work first, second;

	(void)state;
	t_work_init(&first, wq);
	t_work_init(&second, wq);
	first.hold = 1;
	assert_true(queue_work(wq, &first.work));
	t_until(t_inside(&first));
	assert_false(work_pending(&first.work));
	assert_true(queue_work(wq, &second.work));
	assert_true(work_pending(&second.work));
	assert_false(queue_work(wq, &second.work));
	assert_int_equal(t_runs(&second), 0);
	WRITE_ONCE(first.hold, 0);
	assert_true(flush_work(&second.work));
	assert_int_equal(t_runs(&second), 1);
	assert_false(flush_work(&second.work));
	destroy_workqueue(wq);
}

static void an_item_queued_while_it_runs_runs_again_but_never_twice_at_once(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("again", WQ_UNBOUND, 8);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t.hold = 1;
	assert_true(queue_work(wq, &t.work));
	t_until(t_inside(&t));
	assert_true(queue_work(wq, &t.work));
	assert_false(queue_work(wq, &t.work));
	WRITE_ONCE(t.hold, 0);
	assert_true(flush_work(&t.work));
	assert_int_equal(t_runs(&t), 2);
	assert_int_equal(t.overlaps, 0);
	destroy_workqueue(wq);
}

/** struct t_data - what producers publish before they queue */
struct t_data {
	struct work_struct work;
	struct workqueue_struct *wq;
	u32 published;
	u32 seen;
	u32 inside;
	u32 bound;
};

static void t_consume(struct work_struct *work)
{
	struct t_data *t = container_of(work, struct t_data, work);

	assert_int_equal(__atomic_fetch_add(&t->inside, 1, __ATOMIC_RELAXED), 0);
	t->seen = READ_ONCE(t->published);
	__atomic_fetch_sub(&t->inside, 1, __ATOMIC_RELAXED);
}

static void t_produce(void *arg)
{
	struct t_data *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		__atomic_fetch_add(&t->published, 1, __ATOMIC_RELAXED);
		queue_work(t->wq, &t->work);
	}
}

static void t_nothing_is_lost(unsigned int flags)
{
	struct t_data t = { .wq = alloc_workqueue("lost", flags, 4) };

	INIT_WORK(&t.work, t_consume);
	t_run(4, t_produce, &t);
	flush_work(&t.work);
	assert_int_equal(t.seen, 4 * T_ROUNDS);
	destroy_workqueue(t.wq);
}

static void what_is_published_before_queueing_is_seen_by_a_run(void **state)
{
	(void)state;
	t_nothing_is_lost(WQ_UNBOUND);
	t_nothing_is_lost(0);
}

/** struct t_note - data that is published by a call of queue_work() that changes nothing */
struct t_note {
	struct work_struct work;
	struct workqueue_struct *wq;
	u32 note;
	u32 seen;
	u32 posted;
};

static void t_read_note(struct work_struct *work)
{
	struct t_note *t = container_of(work, struct t_note, work);

	t->seen = t->note;
}

static void t_post_note(void *arg)
{
	struct t_note *t = arg;

	t->note = 7;
	WRITE_ONCE(t->posted, queue_work(t->wq, &t->work) ? 2 : 1);
}

/*
 * Nothing but PENDING orders the note: the caller who finds it set takes no lock, and what this
 * test waits for and lets go is read and written without ordering.
 */
static void a_run_sees_what_came_before_a_call_that_found_it_pending(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("note", WQ_UNBOUND, 1);
	struct t_note t = { .wq = wq };
	struct kc_thread poster;
	struct t_work first;

	(void)state;
	t_work_init(&first, wq);
	INIT_WORK(&t.work, t_read_note);
	first.hold = 1;
	queue_work(wq, &first.work);
	t_until(t_inside(&first));
	assert_true(queue_work(wq, &t.work));
	assert_int_equal(kc_thread_create(&poster, "poster", t_post_note, &t), 0);
	t_until(READ_ONCE(t.posted));
	assert_int_equal(READ_ONCE(t.posted), 1);
	WRITE_ONCE(first.hold, 0);
	assert_true(flush_work(&t.work));
	assert_int_equal(t.seen, 7);
	kc_thread_join(&poster);
	destroy_workqueue(wq);
}

static void a_bound_item_runs_on_its_cpu(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("bound", WQ_MEM_RECLAIM, 0);
	struct t_work items[T_ITEMS], here;
	unsigned int i;

	(void)state;
	for (i = 0; i < T_ITEMS; i++) {
		t_work_init(&items[i], wq);
		assert_true(queue_work_on(i, wq, &items[i].work));
	}
	t_work_init(&here, wq);
	assert_true(queue_work(wq, &here.work));
	drain_workqueue(wq);
	for (i = 0; i < T_ITEMS; i++) {
		assert_int_equal(items[i].runs, 1);
		assert_int_equal(items[i].cpu, i);
	}
	assert_int_equal(here.cpu, smp_processor_id());
	destroy_workqueue(wq);
}

static void a_bound_item_queued_elsewhere_while_it_runs_stays(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("stays", 0, 0);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t.hold = 1;
	queue_work_on(1, wq, &t.work);
	t_until(t_inside(&t));
	assert_true(queue_work_on(2, wq, &t.work));
	WRITE_ONCE(t.hold, 0);
	drain_workqueue(wq);
	assert_int_equal(t.runs, 2);
	assert_int_equal(t.cpu, 1);
	assert_int_equal(t.overlaps, 0);
	assert_true(queue_work_on(2, wq, &t.work));
	drain_workqueue(wq);
	assert_int_equal(t.cpu, 2);
	destroy_workqueue(wq);
}

static void an_unbound_queue_runs_items_in_parallel_up_to_its_limit(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("parallel", WQ_UNBOUND | WQ_HIGHPRI, 3);
	struct t_work items[T_ITEMS];
	unsigned int i, inside = 0;

	(void)state;
	for (i = 0; i < T_ITEMS; i++) {
		t_work_init(&items[i], wq);
		items[i].hold = 1;
		queue_work(wq, &items[i].work);
	}
	t_until(t_inside(&items[0]) && t_inside(&items[1]) && t_inside(&items[2]));
	for (i = 0; i < T_ITEMS; i++)
		inside += t_inside(&items[i]);
	assert_int_equal(inside, 3);
	for (i = 0; i < T_ITEMS; i++)
		WRITE_ONCE(items[i].hold, 0);
	drain_workqueue(wq);
	for (i = 0; i < T_ITEMS; i++)
		assert_int_equal(items[i].runs, 1);
	assert_int_equal(wq->pools[0].nr_workers, 3);
	destroy_workqueue(wq);
}

static void queueing_is_allowed_in_atomic_context(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("atomic", 0, 0);
	DEFINE_SPINLOCK(lock);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	spin_lock(&lock);
	preempt_disable();
	assert_true(queue_work(wq, &t.work));
	preempt_enable();
	spin_unlock(&lock);
	flush_work(&t.work);
	assert_int_equal(t.runs, 1);
	destroy_workqueue(wq);
}

static void draining_waits_for_items_that_queue_themselves(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("drain", 0, 0);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t.requeue = 20;
	queue_work(wq, &t.work);
	drain_workqueue(wq);
	assert_int_equal(t.runs, 21);
	destroy_workqueue(wq);
}

static void a_flush_does_not_wait_for_what_is_queued_later(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("flush", WQ_UNBOUND, 1);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t.requeue = 1u << 30;
	queue_work(wq, &t.work);
	/* The item never stops: these return all the same. */
	assert_true(flush_work(&t.work));
	assert_true(flush_work(&t.work));
	cancel_work_sync(&t.work);
	assert_false(work_pending(&t.work));
	assert_int_equal(t.overlaps, 0);
	destroy_workqueue(wq);
}

static void cancelling_takes_a_pending_item_away(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("cancel", WQ_UNBOUND, 1);
	struct t_work first, second;

	(void)state;
	t_work_init(&first, wq);
	t_work_init(&second, wq);
	assert_false(cancel_work_sync(&second.work));
	first.hold = 1;
	queue_work(wq, &first.work);
	t_until(t_inside(&first));
	queue_work(wq, &second.work);
	assert_true(cancel_work_sync(&second.work));
	assert_false(cancel_work_sync(&second.work));
	WRITE_ONCE(first.hold, 0);
	assert_false(cancel_work_sync(&first.work));
	assert_int_equal(t_runs(&first), 1);
	assert_int_equal(t_runs(&second), 0);
	assert_true(queue_work(wq, &second.work));
	destroy_workqueue(wq);
	assert_int_equal(second.runs, 1);
}

static void t_cancel_sync(void *arg)
{
	struct t_work *t = arg;

	cancel_work_sync(&t->work);
}

static void nobody_queues_an_item_while_it_is_cancelled(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("refuse", WQ_UNBOUND, 1);
	struct kc_thread one, two;
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t.hold = 1;
	queue_work(wq, &t.work);
	t_until(t_inside(&t));
	assert_int_equal(kc_thread_create(&one, "one", t_cancel_sync, &t), 0);
	assert_int_equal(kc_thread_create(&two, "two", t_cancel_sync, &t), 0);
	t_until(READ_ONCE(t.work.flags) & KC_WORK_CANCELLED);
	assert_false(queue_work(wq, &t.work));
	WRITE_ONCE(t.hold, 0);
	kc_thread_join(&one);
	kc_thread_join(&two);
	assert_int_equal(t.runs, 1);
	assert_true(queue_work(wq, &t.work));
	destroy_workqueue(wq);
}

static void t_flush(void *arg)
{
	struct t_work *t = arg;

	flush_work(&t->work);
}

static void cancelling_lets_those_who_flush_go(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("release", WQ_UNBOUND, 1);
	struct t_work first, second;
	struct kc_thread flusher;
	struct kc_pool *pool = &wq->pools[0];
	bool waits = false;

	(void)state;
	t_work_init(&first, wq);
	t_work_init(&second, wq);
	first.hold = 1;
	queue_work(wq, &first.work);
	t_until(t_inside(&first));
	queue_work(wq, &second.work);
	assert_int_equal(kc_thread_create(&flusher, "flusher", t_flush, &second), 0);
	while (!waits) {
		raw_spin_lock(&pool->lock);
		waits = !list_empty(&pool->flushers);
		raw_spin_unlock(&pool->lock);
	}
	assert_true(cancel_work_sync(&second.work));
	kc_thread_join(&flusher);
	WRITE_ONCE(first.hold, 0);
	destroy_workqueue(wq);
	assert_int_equal(second.runs, 0);
}

static void t_hammer(void *arg)
{
	struct t_work *t = arg;
	u64 seed = (u64)(uintptr_t)&seed;
	int i;

	for (i = 0; i < T_ROUNDS / 4; i++) {
		switch (kc_random_below(&seed, 8)) {
		case 0:
		case 1:
			cancel_work_sync(&t->work);
			break;
		case 2:
			flush_work(&t->work);
			break;
		default:
			queue_work_on((unsigned int)kc_random_below(&seed, 4), t->wq, &t->work);
		}
	}
}

static void queueing_flushing_and_cancelling_at_once_is_safe(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("hammer", 0, 0);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	t_run(4, t_hammer, &t);
	cancel_work_sync(&t.work);
	assert_int_equal(t.overlaps, 0);
	assert_int_equal(t.inside, 0);
	destroy_workqueue(wq);
}

static void t_burn(struct work_struct *work)
{
	u64 end = kc_thread_cpu_ns() + 2000000;

	(void)work;
	while (kc_thread_cpu_ns() < end)
		;
}

static void a_queue_knows_the_cpu_time_of_its_threads(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("cpu", WQ_UNBOUND, 1);
	u64 before = workqueue_cpu_ns(wq);
	struct work_struct work;

	(void)state;
	INIT_WORK(&work, t_burn);
	queue_work(wq, &work);
	flush_work(&work);
	assert_true(workqueue_cpu_ns(wq) - before >= 2000000);
	destroy_workqueue(wq);
}

static void a_queue_can_be_kept_on_one_host_cpu(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("pin", WQ_UNBOUND, 2);
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	assert_int_equal(workqueue_set_host_cpu(wq, 0), 0);
	queue_work(wq, &t.work);
	flush_work(&t.work);
	assert_int_equal(workqueue_set_host_cpu(wq, 1 << 20), -EINVAL);
	assert_int_equal(workqueue_set_host_cpu(wq, -1), 0);
	destroy_workqueue(wq);
}

static void a_queue_that_cannot_be_made_is_null(void **state)
{
	struct mem_account account;

	(void)state;
	mem_account_init(&account, "failing");
	set_active_account(&account);
	mem_account_fail_nth(&account, 1);
	assert_null(alloc_workqueue("none", 0, 0));
	mem_account_fail_nth(&account, 2);
	assert_null(alloc_workqueue("none", 0, 0));
	set_active_account(NULL);
	assert_int_equal(mem_account_objects(&account), 0);
}

static void a_worker_that_cannot_be_started_is_tried_again(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("retry", WQ_UNBOUND, 1);
	u64 failed = mem_account_failed(mem_account_root());
	struct t_work t;

	(void)state;
	t_work_init(&t, wq);
	mem_account_fail_nth(mem_account_root(), 1);
	queue_work(wq, &t.work);
	flush_work(&t.work);
	assert_int_equal(t.runs, 1);
	assert_int_equal(mem_account_failed(mem_account_root()), failed + 1);
	mem_account_fail_none(mem_account_root());
	destroy_workqueue(wq);
}

/* An item may free itself: the worker does not touch it after the function has begun. */
static void t_free_self(struct work_struct *work)
{
	free(work);
}

static void an_item_may_free_itself(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("self", WQ_UNBOUND, 2);
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		struct work_struct *work = malloc(sizeof(*work));

		INIT_WORK(work, t_free_self);
		assert_true(queue_work(wq, work));
	}
	destroy_workqueue(wq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pending_item_is_not_queued_twice),
		cmocka_unit_test(an_item_queued_while_it_runs_runs_again_but_never_twice_at_once),
		cmocka_unit_test(what_is_published_before_queueing_is_seen_by_a_run),
		cmocka_unit_test(a_run_sees_what_came_before_a_call_that_found_it_pending),
		cmocka_unit_test(a_bound_item_runs_on_its_cpu),
		cmocka_unit_test(a_bound_item_queued_elsewhere_while_it_runs_stays),
		cmocka_unit_test(an_unbound_queue_runs_items_in_parallel_up_to_its_limit),
		cmocka_unit_test(queueing_is_allowed_in_atomic_context),
		cmocka_unit_test(draining_waits_for_items_that_queue_themselves),
		cmocka_unit_test(a_flush_does_not_wait_for_what_is_queued_later),
		cmocka_unit_test(cancelling_takes_a_pending_item_away),
		cmocka_unit_test(nobody_queues_an_item_while_it_is_cancelled),
		cmocka_unit_test(cancelling_lets_those_who_flush_go),
		cmocka_unit_test(queueing_flushing_and_cancelling_at_once_is_safe),
		cmocka_unit_test(a_queue_knows_the_cpu_time_of_its_threads),
		cmocka_unit_test(a_queue_can_be_kept_on_one_host_cpu),
		cmocka_unit_test(a_queue_that_cannot_be_made_is_null),
		cmocka_unit_test(a_worker_that_cannot_be_started_is_tried_again),
		cmocka_unit_test(an_item_may_free_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
