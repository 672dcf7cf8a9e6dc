// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Pools of workers: queueing, running, ending; and the manager thread of a queue.
 *
 * PENDING and the data an item works on: queue_work() publishes by a fully ordered RMW that sets
 * PENDING; the worker clears it by another one before it calls the function. Whoever finds
 * PENDING set is therefore followed by a run that sees what he did before.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "account.h"
#include "wq_pool.h"

#define NSEC_PER_USEC 1000ull
#define KC_RETRY_NS   10000000ull /* until the next attempt to start a thread */

void kc_pool_init(struct kc_pool *pool, struct workqueue_struct *wq, unsigned int cpu,
		  unsigned int max_workers)
{
	raw_spin_lock_init(&pool->lock);
	pool->wq = wq;
	pool->cpu = cpu;
	pool->max_workers = max_workers;
	INIT_LIST_HEAD(&pool->works);
	INIT_LIST_HEAD(&pool->workers);
	INIT_LIST_HEAD(&pool->flushers);
}

struct kc_worker *kc_pool_executing(struct kc_pool *pool, const struct work_struct *work)
{
	struct kc_worker *worker;

	list_for_each_entry(worker, &pool->workers, entry) {
		if (worker->work == work && worker->func == work->func)
			return worker;
	}
	return NULL;
}

void kc_pool_complete(struct kc_pool *pool, u64 ticket)
{
	struct kc_flusher *flusher, *next;

	list_for_each_entry_safe(flusher, next, &pool->flushers, entry) {
		if (flusher->ticket != ticket)
			continue;
		list_del(&flusher->entry);
		/* The flusher may return at once: only its address is used after the store. */
		smp_store_release(&flusher->done, 1);
		kc_wake(&flusher->done, 1);
	}
}

/* Items wait: wake an idle worker or ask for a new one. Returns what to wake after unlock. */
static u32 *kc_pool_rouse(struct kc_pool *pool)
{
	if (pool->nr_idle) {
		WRITE_ONCE(pool->seq, pool->seq + 1);
		return &pool->seq;
	}
	if (pool->nr_workers >= pool->max_workers)
		return NULL;
	WRITE_ONCE(pool->need_worker, 1);
	__atomic_fetch_add(&pool->wq->manager_seq, 1, __ATOMIC_RELEASE);
	return &pool->wq->manager_seq;
}

static struct kc_pool *kc_pool_choose(unsigned int cpu, struct workqueue_struct *wq)
{
	if (wq->flags & WQ_UNBOUND)
		return &wq->pools[0];
	return &wq->pools[cpu < wq->nr_pools ? cpu : smp_processor_id()];
}

/* Lock the pool an item has to go to: where it runs now, else the one that was asked for. */
static struct kc_pool *kc_pool_lock_for(unsigned int cpu, struct workqueue_struct *wq,
					struct work_struct *work)
{
	struct kc_pool *pool = kc_pool_choose(cpu, wq);
	struct kc_pool *last = smp_load_acquire(&work->pool);

	if (last && last != pool && last->wq == wq) {
		raw_spin_lock(&last->lock);
		if (kc_pool_executing(last, work))
			return last;
		raw_spin_unlock(&last->lock);
	}
	raw_spin_lock(&pool->lock);
	return pool;
}

void kc_work_insert(unsigned int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct kc_pool *pool = kc_pool_lock_for(cpu, wq, work);
	u32 *wake;

	work->ticket = ++pool->tickets;
	WRITE_ONCE(work->queued, pool);
	list_add_tail(&work->entry, &pool->works);
	/* Pairs with the acquire of those who look for the item without a lock. */
	smp_store_release(&work->pool, pool);
	wake = kc_pool_rouse(pool);
	raw_spin_unlock(&pool->lock);
	if (wake)
		kc_wake(wake, 1);
}

struct kc_pool *kc_work_pool(struct work_struct *work)
{
	struct kc_pool *pool;

	for (;;) {
		pool = smp_load_acquire(&work->pool);
		if (!pool)
			return NULL;
		raw_spin_lock(&pool->lock);
		if (pool == READ_ONCE(work->pool))
			return pool;
		raw_spin_unlock(&pool->lock);
	}
}

/* The oldest item that no worker runs at the moment: an item never runs twice at once. */
static struct work_struct *kc_pool_next(struct kc_pool *pool)
{
	struct work_struct *work;

	list_for_each_entry(work, &pool->works, entry) {
		if (!kc_pool_executing(pool, work))
			return work;
	}
	return NULL;
}

/* Run one item; called and returns with the lock held, dropped in between. */
static void kc_worker_run(struct kc_worker *worker, struct work_struct *work)
{
	struct kc_pool *pool = worker->pool;
	work_func_t func = work->func;
	u32 *wake = NULL;

	list_del(&work->entry);
	WRITE_ONCE(work->queued, NULL);
	worker->work = work;
	worker->func = func;
	worker->ticket = work->ticket;
	pool->nr_running++;
	if (!list_empty(&pool->works))
		wake = kc_pool_rouse(pool);
	__atomic_fetch_and(&work->flags, ~(unsigned long)KC_WORK_PENDING, __ATOMIC_SEQ_CST);
	raw_spin_unlock(&pool->lock);
	if (wake)
		kc_wake(wake, 1);

	func(work);
	BUG_ON(preempt_count());
	cond_resched();

	raw_spin_lock(&pool->lock);
	worker->work = NULL;
	pool->nr_running--;
	kc_pool_complete(pool, worker->ticket);
}

/* A pool may have nothing to do any more: those who drain look again. */
static void kc_tell_drainers(struct workqueue_struct *wq)
{
	/* Full barrier: pairs with the one in drain_workqueue(). */
	smp_mb();
	if (READ_ONCE(wq->drainers)) {
		__atomic_fetch_add(&wq->drain_seq, 1, __ATOMIC_RELEASE);
		kc_wake(&wq->drain_seq, INT32_MAX);
	}
}

/* Nothing to do: tell those who drain, and sleep; called and returns with the lock held. */
static void kc_worker_sleep(struct kc_pool *pool)
{
	u32 seq = pool->seq;

	pool->nr_idle++;
	raw_spin_unlock(&pool->lock);
	kc_tell_drainers(pool->wq);
	kc_wait(&pool->seq, seq, KC_FOREVER);
	raw_spin_lock(&pool->lock);
	pool->nr_idle--;
}

/* Stay away for the queue's delay; called and returns with the lock held, dropped in between. */
static void kc_worker_delay(struct kc_pool *pool)
{
	struct workqueue_struct *wq = pool->wq;
	/* Pairs with the release in workqueue_set_delay(): the new delay comes with the number. */
	u32 seq = smp_load_acquire(&wq->delay_seq);
	u32 delay_us = READ_ONCE(wq->delay_us);
	u64 now, end;

	if (likely(!delay_us))
		return;
	raw_spin_unlock(&pool->lock);
	now = kc_now_ns();
	end = now + (u64)delay_us * NSEC_PER_USEC;
	while (now < end && READ_ONCE(wq->delay_seq) == seq) {
		kc_wait(&wq->delay_seq, seq, end - now);
		now = kc_now_ns();
	}
	raw_spin_lock(&pool->lock);
}

static void kc_worker_main(void *arg)
{
	struct kc_worker *worker = arg;
	struct kc_pool *pool = worker->pool;
	struct work_struct *work;
	bool woken = true;

	/* Pairs with the release in kc_pool_spawn(): it has to be in the list before it works. */
	while (!smp_load_acquire(&worker->listed))
		kc_wait(&worker->listed, 0, KC_FOREVER);
	if (!(pool->wq->flags & WQ_UNBOUND))
		kc_task_visit(pool->cpu);
	raw_spin_lock(&pool->lock);
	worker->id = kc_thread_id();
	if (pool->niced)
		kc_set_nice(worker->id, pool->nice);
	while (!pool->stop) {
		work = kc_pool_next(pool);
		if (!work) {
			kc_worker_sleep(pool);
			woken = true;
		} else if (woken) {
			/* It may be gone afterwards: look again. */
			kc_worker_delay(pool);
			woken = false;
		} else {
			kc_worker_run(worker, work);
		}
	}
	raw_spin_unlock(&pool->lock);
}

/* Is a worker needed? If so it counts from now on. */
static bool kc_pool_reserve(struct kc_pool *pool)
{
	bool needed;

	raw_spin_lock(&pool->lock);
	WRITE_ONCE(pool->need_worker, 0);
	needed = !pool->nr_idle && !list_empty(&pool->works) &&
		 pool->nr_workers < pool->max_workers;
	pool->nr_workers += needed;
	raw_spin_unlock(&pool->lock);
	return needed;
}

int kc_pool_spawn(struct kc_pool *pool)
{
	struct kc_worker *worker;
	int host_cpu, err = -ENOMEM;

	if (!kc_pool_reserve(pool))
		return 0;
	worker = kc_should_fail(NULL, GFP_KERNEL) ? NULL
						  : kc_raw_alloc(sizeof(*worker), sizeof(void *));
	if (!worker)
		goto err_unreserve;
	worker->pool = pool;
	err = kc_thread_create(&worker->thread, pool->wq->name, kc_worker_main, worker);
	if (err)
		goto err_free;

	raw_spin_lock(&pool->lock);
	list_add_tail(&worker->entry, &pool->workers);
	host_cpu = READ_ONCE(pool->wq->host_cpu);
	if (host_cpu >= 0)
		kc_thread_pin(&worker->thread, host_cpu);
	raw_spin_unlock(&pool->lock);
	smp_store_release(&worker->listed, 1);
	kc_wake(&worker->listed, 1);
	return 0;

err_free:
	kc_raw_free(worker);
err_unreserve:
	raw_spin_lock(&pool->lock);
	pool->nr_workers--;
	WRITE_ONCE(pool->need_worker, 1);
	raw_spin_unlock(&pool->lock);
	return err;
}

void kc_pool_stop(struct kc_pool *pool)
{
	struct kc_worker *worker, *next;

	raw_spin_lock(&pool->lock);
	pool->stop = true;
	WRITE_ONCE(pool->seq, pool->seq + 1);
	raw_spin_unlock(&pool->lock);
	kc_wake(&pool->seq, INT32_MAX);
	list_for_each_entry_safe(worker, next, &pool->workers, entry) {
		kc_thread_join(&worker->thread);
		kc_raw_free(worker);
	}
}

void kc_manager_kick(struct workqueue_struct *wq)
{
	__atomic_fetch_add(&wq->manager_seq, 1, __ATOMIC_RELEASE);
	kc_wake(&wq->manager_seq, 1);
}

/* Queue what is due. Return: the time until the next timer. */
static u64 kc_manager_fire(struct workqueue_struct *wq)
{
	struct delayed_work *dwork;
	u64 left;

	while ((dwork = kc_timer_due(wq, &left)))
		kc_work_insert(dwork->cpu, wq, &dwork->work);
	return left;
}

/*
 * No worker can be started: the manager runs one item of a pool itself. Timers and other pools
 * wait for it. @rescued: it has just run another one. Return: was there one?
 */
static bool kc_pool_rescue(struct kc_pool *pool, bool rescued)
{
	struct kc_worker *rescuer = &pool->wq->rescuer;
	struct work_struct *work;

	rescuer->pool = pool;
	if (!(pool->wq->flags & WQ_UNBOUND))
		kc_task_visit(pool->cpu);
	raw_spin_lock(&pool->lock);
	if (!rescued)
		kc_worker_delay(pool);
	work = kc_pool_next(pool);
	if (work) {
		if (pool->niced)
			kc_set_nice(kc_thread_id(), pool->nice);
		list_add_tail(&rescuer->entry, &pool->workers);
		kc_worker_run(rescuer, work);
		list_del(&rescuer->entry);
	}
	raw_spin_unlock(&pool->lock);
	if (work)
		kc_tell_drainers(pool->wq);
	return work;
}

/* Start the workers that are needed, or do their work. Return: was an item run? */
static bool kc_manager_staff(struct workqueue_struct *wq, bool rescued, u64 *timeout)
{
	bool ran = false;
	unsigned int i;

	for (i = 0; i < wq->nr_pools; i++) {
		if (!READ_ONCE(wq->pools[i].need_worker) || !kc_pool_spawn(&wq->pools[i]))
			continue;
		if (kc_pool_rescue(&wq->pools[i], rescued)) {
			ran = true;
			*timeout = 0;
		}
		*timeout = min_t(u64, *timeout, KC_RETRY_NS);
	}
	return ran;
}

void kc_manager_main(void *arg)
{
	struct workqueue_struct *wq = arg;
	bool rescued = false;
	u64 timeout;
	u32 seq;

	for (;;) {
		seq = smp_load_acquire(&wq->manager_seq);
		if (READ_ONCE(wq->manager_stop))
			return;
		timeout = kc_manager_fire(wq);
		rescued = kc_manager_staff(wq, rescued, &timeout);
		kc_wait(&wq->manager_seq, seq, timeout);
	}
}
