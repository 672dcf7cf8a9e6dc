// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Work queues: their life, queueing, flushing and cancelling.
 * Source: the behaviour of kernel/workqueue.c of Linux 7.1.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "account.h"
#include "wq_pool.h"

#define KC_CANCEL_POLL_NS 50000

void kc_init_work(struct work_struct *work, work_func_t func)
{
	*work = (struct work_struct){ .func = func };
	INIT_LIST_HEAD(&work->entry);
}

void kc_init_delayed_work(struct delayed_work *dwork, work_func_t func)
{
	*dwork = (struct delayed_work){ .cpu = 0 };
	kc_init_work(&dwork->work, func);
	INIT_LIST_HEAD(&dwork->timer);
}

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active)
{
	unsigned int nr_pools = flags & WQ_UNBOUND ? 1 : nr_cpu_ids;
	unsigned int max_workers = 1, i;
	struct workqueue_struct *wq;

	wq = kzalloc(sizeof(*wq) + nr_pools * sizeof(wq->pools[0]), GFP_KERNEL);
	if (!wq)
		return NULL;
	if (flags & WQ_UNBOUND)
		max_workers = max_active > 0 ? (unsigned int)max_active : WQ_DFL_ACTIVE;
	strncpy(wq->name, name, sizeof(wq->name) - 1);
	wq->flags = flags;
	wq->host_cpu = -1;
	wq->nr_pools = nr_pools;
	raw_spin_lock_init(&wq->timer_lock);
	INIT_LIST_HEAD(&wq->timers);
	for (i = 0; i < nr_pools; i++)
		kc_pool_init(&wq->pools[i], wq, i, min_t(unsigned int, max_workers, WQ_MAX_ACTIVE));
	if (kc_should_fail(NULL, GFP_KERNEL) ||
	    kc_thread_create(&wq->manager, wq->name, kc_manager_main, wq)) {
		kfree(wq);
		return NULL;
	}
	return wq;
}

/* Is every pool idle? Adds up the tickets, so that two calls show whether anything was queued. */
static bool kc_wq_idle(struct workqueue_struct *wq, u64 *tickets)
{
	bool idle = true;
	unsigned int i;

	*tickets = 0;
	for (i = 0; i < wq->nr_pools; i++) {
		struct kc_pool *pool = &wq->pools[i];

		raw_spin_lock(&pool->lock);
		*tickets += pool->tickets;
		idle &= list_empty(&pool->works) && !pool->nr_running;
		raw_spin_unlock(&pool->lock);
	}
	return idle;
}

void drain_workqueue(struct workqueue_struct *wq)
{
	u64 before, after;
	u32 seq;

	might_sleep();
	/* Full barrier: pairs with the one in kc_worker_sleep(). */
	__atomic_fetch_add(&wq->drainers, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		seq = smp_load_acquire(&wq->drain_seq);
		if (!kc_wq_idle(wq, &before)) {
			kc_wait(&wq->drain_seq, seq, KC_FOREVER);
			continue;
		}
		/* An item of a pool seen late may have queued one on a pool seen early. */
		if (kc_wq_idle(wq, &after) && before == after)
			break;
	}
	__atomic_fetch_sub(&wq->drainers, 1, __ATOMIC_RELAXED);
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	unsigned int i;

	WARN_ON(!list_empty(&wq->timers));
	workqueue_set_delay(wq, 0);
	drain_workqueue(wq);
	WRITE_ONCE(wq->manager_stop, 1);
	kc_manager_kick(wq);
	kc_thread_join(&wq->manager);
	for (i = 0; i < wq->nr_pools; i++)
		kc_pool_stop(&wq->pools[i]);
	kfree(wq);
}

bool queue_work_on(unsigned int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	if (!kc_work_set_pending(work))
		return false;
	kc_work_insert(cpu, wq, work);
	return true;
}

bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

bool queue_delayed_work_on(unsigned int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay)
{
	if (!kc_work_set_pending(&dwork->work))
		return false;
	if (!delay)
		kc_work_insert(cpu, wq, &dwork->work);
	else if (kc_timer_arm(cpu, wq, dwork, delay))
		kc_manager_kick(wq);
	return true;
}

bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

/* Wait for an instance of an item; drops the lock of its pool. */
static void kc_pool_wait_for(struct kc_pool *pool, u64 ticket)
{
	struct kc_flusher flusher = { .ticket = ticket };

	list_add_tail(&flusher.entry, &pool->flushers);
	raw_spin_unlock(&pool->lock);
	while (!smp_load_acquire(&flusher.done))
		kc_wait(&flusher.done, 0, KC_FOREVER);
}

/* Wait for the running instance, and if @pending for a pending one rather than that. */
static bool kc_work_wait(struct work_struct *work, bool pending)
{
	struct kc_pool *pool = kc_work_pool(work);
	struct kc_worker *worker;

	if (!pool)
		return false;
	worker = kc_pool_executing(pool, work);
	if (pending && READ_ONCE(work->queued) == pool) {
		kc_pool_wait_for(pool, work->ticket);
	} else if (worker) {
		kc_pool_wait_for(pool, worker->ticket);
	} else {
		raw_spin_unlock(&pool->lock);
		return false;
	}
	return true;
}

bool flush_work(struct work_struct *work)
{
	might_sleep();
	return kc_work_wait(work, true);
}

/* Take a queued item off its pool; its PENDING stays set and is the caller's. */
static bool kc_work_dequeue(struct work_struct *work)
{
	struct kc_pool *pool = kc_work_pool(work);
	bool queued;

	if (!pool)
		return false;
	/* It may be about to be linked to another pool: only what this lock guards counts. */
	queued = READ_ONCE(work->queued) == pool;
	if (queued) {
		list_del(&work->entry);
		WRITE_ONCE(work->queued, NULL);
		kc_pool_complete(pool, work->ticket);
	}
	raw_spin_unlock(&pool->lock);
	return queued;
}

/* How an item's PENDING was obtained. */
enum kc_grab {
	KC_GRAB_IDLE,	   /* it was not set, now it is the caller's */
	KC_GRAB_PENDING,   /* the item was pending, now it is the caller's */
	KC_GRAB_CANCELLED, /* somebody in cancel_work_sync() has it: not obtained */
};

/* Stop an item from being run or queued. @dwork: around it, or NULL. */
static enum kc_grab kc_work_grab(struct work_struct *work, struct delayed_work *dwork)
{
	for (;;) {
		if (dwork && kc_timer_remove(dwork))
			return KC_GRAB_PENDING;
		if (kc_work_set_pending(work))
			return KC_GRAB_IDLE;
		if (kc_work_dequeue(work))
			return KC_GRAB_PENDING;
		if (READ_ONCE(work->flags) & KC_WORK_CANCELLED)
			return KC_GRAB_CANCELLED;
		/* Between setting PENDING and linking the item, or the other way round. */
		kc_yield();
	}
}

static void kc_work_ungrab(struct work_struct *work)
{
	__atomic_fetch_and(&work->flags, ~(unsigned long)(KC_WORK_PENDING | KC_WORK_CANCELLED),
			   __ATOMIC_RELEASE);
}

static bool kc_work_cancel_sync(struct work_struct *work, struct delayed_work *dwork)
{
	enum kc_grab grab;

	might_sleep();
	while ((grab = kc_work_grab(work, dwork)) == KC_GRAB_CANCELLED)
		kc_sleep_ns(KC_CANCEL_POLL_NS);
	__atomic_fetch_or(&work->flags, KC_WORK_CANCELLED, __ATOMIC_RELAXED);
	kc_work_wait(work, false);
	kc_work_ungrab(work);
	return grab == KC_GRAB_PENDING;
}

bool cancel_work_sync(struct work_struct *work)
{
	return kc_work_cancel_sync(work, NULL);
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return kc_work_cancel_sync(&dwork->work, dwork);
}

/* Call @fn for the manager and each worker. */
static void kc_wq_each(struct workqueue_struct *wq, void (*fn)(struct kc_thread *thread, void *arg),
		       void *arg)
{
	struct kc_worker *worker;
	unsigned int i;

	fn(&wq->manager, arg);
	for (i = 0; i < wq->nr_pools; i++) {
		struct kc_pool *pool = &wq->pools[i];

		raw_spin_lock(&pool->lock);
		list_for_each_entry(worker, &pool->workers, entry)
			if (worker != &wq->rescuer)
				fn(&worker->thread, arg);
		raw_spin_unlock(&pool->lock);
	}
}

static void kc_wq_cpu_ns(struct kc_thread *thread, void *arg)
{
	u64 *sum = arg;

	*sum += kc_thread_cpu_ns_of(thread);
}

u64 workqueue_cpu_ns(struct workqueue_struct *wq)
{
	u64 sum = 0;

	kc_wq_each(wq, kc_wq_cpu_ns, &sum);
	return sum;
}

/** struct kc_pin - where threads are kept, and what the system says first that is not 0 */
struct kc_pin {
	int host_cpu;
	int err;
};

static void kc_wq_pin(struct kc_thread *thread, void *arg)
{
	struct kc_pin *pin = arg;
	int err = kc_thread_pin(thread, pin->host_cpu);

	pin->err = pin->err ? pin->err : err;
}

int workqueue_set_host_cpu(struct workqueue_struct *wq, int host_cpu)
{
	struct kc_pin pin = { .host_cpu = host_cpu };

	/* A worker started meanwhile sees the new value or is found in the list. */
	WRITE_ONCE(wq->host_cpu, host_cpu);
	kc_wq_each(wq, kc_wq_pin, &pin);
	return pin.err;
}

/** struct kc_nice_probe - does the system allow a nice value? */
struct kc_nice_probe {
	int nice;
	int err;
};

static void kc_nice_probe_main(void *arg)
{
	struct kc_nice_probe *probe = arg;

	probe->err = kc_set_nice(kc_thread_id(), probe->nice);
}

/* Asked of a thread that ends at once: a value once raised can often not be lowered again. */
static int kc_nice_allowed(int nice)
{
	struct kc_nice_probe probe = { .nice = nice };
	struct kc_thread thread;
	int err = kc_thread_create(&thread, "nice", kc_nice_probe_main, &probe);

	if (err)
		return err;
	kc_thread_join(&thread);
	return probe.err;
}

int workqueue_set_nice(struct workqueue_struct *wq, int nice)
{
	struct kc_worker *worker;
	unsigned int i;
	int err;

	if (nice < -20 || nice > 19)
		return -EINVAL;
	err = kc_nice_allowed(nice);
	/* A worker reads both under the lock of its pool before it begins. */
	for (i = 0; !err && i < wq->nr_pools; i++) {
		struct kc_pool *pool = &wq->pools[i];

		raw_spin_lock(&pool->lock);
		pool->nice = nice;
		pool->niced = true;
		list_for_each_entry(worker, &pool->workers, entry) {
			if (worker->id && !err) /* never the rescuer, which sees to it itself */
				err = kc_set_nice(worker->id, nice);
		}
		raw_spin_unlock(&pool->lock);
	}
	return err;
}

void workqueue_set_delay(struct workqueue_struct *wq, u32 delay_us)
{
	WRITE_ONCE(wq->delay_us, delay_us);
	/* Pairs with the acquire in kc_worker_delay(). */
	__atomic_fetch_add(&wq->delay_seq, 1, __ATOMIC_RELEASE);
	kc_wake(&wq->delay_seq, INT32_MAX);
}
