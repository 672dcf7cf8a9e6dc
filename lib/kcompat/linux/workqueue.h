/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Work items have the kernel's states and guarantees (7.1,
 * kernel/workqueue.c): PENDING is cleared before the function runs, an item is never run by two
 * workers at once, what is queued while running runs again afterwards on the same pool.
 * Not kept: concurrency management (a bound pool has one worker, also while it sleeps: a bound
 * item must not wait for another one of its CPU), rescuers of WQ_MEM_RECLAIM queues alone (every
 * queue has one: its manager), pools shared by queues, items that outlive their queue.
 *
 * A worker of a bound pool has the CPU id of its pool without owning it; workers of an unbound
 * pool get a CPU id like any thread.
 */
#ifndef KCOMPAT_LINUX_WORKQUEUE_H
#define KCOMPAT_LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/types.h>

struct kc_pool;
struct work_struct;
struct workqueue_struct;

typedef void (*work_func_t)(struct work_struct *work);

enum {
	WQ_UNBOUND = 1 << 1,
	WQ_MEM_RECLAIM = 1 << 3, /* accepted: there is always a worker */
	WQ_HIGHPRI = 1 << 4,	 /* accepted: threads have one priority */
	WQ_PERCPU = 1 << 8, /* accepted: what is not WQ_UNBOUND is; since 6.17 it has to be said */

	WQ_MAX_ACTIVE = 2048,
	WQ_DFL_ACTIVE = 1024,
};

#define WORK_CPU_UNBOUND nr_cpu_ids

/**
 * struct work_struct - something to be done by a worker
 * @flags:	PENDING
 * @queued:	pool whose list it is on, NULL if none; set and cleared under that pool's lock
 * @ticket:	names this pending instance within @queued; under the same lock
 * @pool:	where it was queued last
 * @entry:	link in that pool's list
 * @func:	what to do
 */
struct work_struct {
	unsigned long flags;
	struct kc_pool *queued;
	u64 ticket;
	struct kc_pool *pool;
	struct list_head entry;
	work_func_t func;
};

/**
 * struct delayed_work - a work item that is queued when its time has come
 * @work:	the item; PENDING from the moment the timer is set
 * @timer:	link in the queue's list of timers; under the queue's timer lock
 * @armed:	@timer is linked; under that lock
 * @expires_ns:	when
 * @wq:		where it goes then
 * @cpu:	and on which CPU
 */
struct delayed_work {
	struct work_struct work;
	struct list_head timer;
	bool armed;
	u64 expires_ns;
	struct workqueue_struct *wq;
	unsigned int cpu;
};

/** kc_init_work() - make an idle work item */
void kc_init_work(struct work_struct *work, work_func_t func);

/** kc_init_delayed_work() - make an idle delayed work item */
void kc_init_delayed_work(struct delayed_work *dwork, work_func_t func);

#define INIT_WORK(work, func)	       kc_init_work(work, func)
#define INIT_DELAYED_WORK(dwork, func) kc_init_delayed_work(dwork, func)

/** to_delayed_work() - the delayed work that @work is part of */
static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

/**
 * alloc_workqueue() - make a work queue
 * @name:	of its threads
 * @flags:	WQ_*
 * @max_active:	items of an unbound queue that may run at once; 0 means WQ_DFL_ACTIVE
 *
 * Context:	process, may sleep. One thread is started here, workers when items wait and all
 *		workers of their pool are busy.
 * Starting a thread can be made to fail like an allocation: here that of the active account, for
 * a worker that of the root account. Where no worker can be started the queue's own thread runs
 * the items, one by one, as a rescuer in the kernel does.
 *
 * Return:	the queue, or NULL.
 */
struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active);

/** destroy_workqueue() - run what is queued, then end the threads; no delayed work is armed */
void destroy_workqueue(struct workqueue_struct *wq);

/** drain_workqueue() - wait until nothing is queued or running, re-queued items included */
void drain_workqueue(struct workqueue_struct *wq);

/**
 * queue_work_on() - have a work item run
 * @cpu:	CPU of the pool for a bound queue, or WORK_CPU_UNBOUND
 * @wq:		queue
 * @work:	item
 *
 * Context:	any, spinlocks held and preemption disabled included; never sleeps. Full barrier.
 * Return:	false if it was pending already: a run that sees everything done before this call
 *		is guaranteed then, too.
 */
bool queue_work_on(unsigned int cpu, struct workqueue_struct *wq, struct work_struct *work);

/** queue_work() - queue_work_on() the CPU of the caller */
bool queue_work(struct workqueue_struct *wq, struct work_struct *work);

/** queue_delayed_work_on() - have a work item queued on @cpu after @delay ticks */
bool queue_delayed_work_on(unsigned int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay);

/** queue_delayed_work() - queue_delayed_work_on() the CPU of the caller. False: was pending. */
bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay);

/**
 * flush_work() - wait for the instance of an item that is pending, else for the one running
 * @work:	item; what is queued after the call began is not waited for
 * Context:	process, may sleep; not from @work itself.
 * Return:	true if there was one.
 */
bool flush_work(struct work_struct *work);

/**
 * cancel_work_sync() - take an item off its pool and wait for a running instance
 * @work:	item; neither pending nor running afterwards, even if it re-queues itself.
 *		Queueing it fails meanwhile.
 * Context:	process, may sleep; not from @work itself.
 * Return:	was it pending?
 */
bool cancel_work_sync(struct work_struct *work);

/** cancel_delayed_work_sync() - the same; the timer is disarmed, too */
bool cancel_delayed_work_sync(struct delayed_work *dwork);

/** work_pending() - is the item pending? */
static inline bool work_pending(const struct work_struct *work)
{
	return READ_ONCE(work->flags) & 1;
}

/**
 * work_on_cpu() - run a function with another CPU id
 * @cpu:	below nr_cpu_ids
 * @fn:		called by the calling thread, in process context
 * @arg:	for @fn
 * Return:	what @fn returns, or -EINVAL for a bad @cpu.
 */
long work_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg);

#endif
