/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * wq_pool: the inside of a work queue. Private to lib/kcompat.
 *
 * A bound queue has a pool per CPU with one worker, an unbound queue one pool. One manager
 * thread per queue fires timers and starts workers, so that queue_work() never has to. Where no
 * worker can be started it is the rescuer, too: it runs what waits, one item after the other.
 *
 * Lock order: kc_pool.lock and workqueue_struct.timer_lock are leaves, never both held.
 */
#ifndef KCOMPAT_WQ_POOL_H
#define KCOMPAT_WQ_POOL_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <kc_workqueue.h>

#include "port.h"

/** enum kc_work_flags - bits of work_struct.flags */
enum kc_work_flags {
	KC_WORK_PENDING = 1,   /* queued, on its timer, or about to be either */
	KC_WORK_CANCELLED = 2, /* cancel_work_sync() holds PENDING while it waits */
};

/**
 * struct kc_worker - a thread of a pool
 * @entry:	link in kc_pool.workers
 * @thread:	the thread
 * @pool:	its pool
 * @work:	what it runs, NULL if nothing; compared, never dereferenced
 * @func:	function of @work: the item may be gone and its address in use again
 * @ticket:	of the instance it runs
 * @listed:	it is in the list and may begin
 * @id:		for kc_set_nice(), 0 until it has begun; under the pool's lock
 */
struct kc_worker {
	struct list_head entry;
	struct kc_thread thread;
	struct kc_pool *pool;
	struct work_struct *work;
	work_func_t func;
	u64 ticket;
	u32 listed;
	long id;
};

/**
 * struct kc_flusher - somebody who waits for one instance of a work item
 * @entry:	link in kc_pool.flushers
 * @ticket:	of the instance
 * @done:	set when it has finished or was cancelled
 */
struct kc_flusher {
	struct list_head entry;
	u64 ticket;
	u32 done;
};

/**
 * struct kc_pool - workers and what waits for them
 * @lock:	guards everything here
 * @wq:		its queue
 * @cpu:	of a bound pool
 * @works:	items, oldest first
 * @workers:	threads
 * @flushers:	who waits for an instance
 * @tickets:	last ticket given
 * @nr_workers:	threads, including one that is being started
 * @max_workers: most threads
 * @nr_idle:	threads asleep
 * @nr_running:	items being run
 * @need_worker: the manager is to start one; read without the lock
 * @seq:	moves when idle workers are to look again; they sleep on it
 * @stop:	workers are to end
 * @niced:	somebody has set @nice
 * @nice:	of the workers
 */
struct kc_pool {
	raw_spinlock_t lock;
	struct workqueue_struct *wq;
	unsigned int cpu;
	struct list_head works;
	struct list_head workers;
	struct list_head flushers;
	u64 tickets;
	unsigned int nr_workers;
	unsigned int max_workers;
	unsigned int nr_idle;
	unsigned int nr_running;
	u32 need_worker;
	u32 seq;
	bool stop;
	bool niced;
	int nice;
};

/**
 * struct workqueue_struct - a work queue
 * @name:	of its threads
 * @flags:	WQ_*
 * @host_cpu:	CPU of the host its threads are kept on, -1 any
 * @delay_us:	a worker sleeps for so long each time it is woken with something to do
 * @delay_seq:	moves when delays under way are to end; workers sleep on it
 * @timer_lock:	guards @timers and the timer part of the items on it
 * @timers:	armed delayed work, earliest first
 * @manager:	fires timers, starts workers
 * @rescuer:	the manager as a worker; in the list of the pool it runs an item of
 * @manager_seq: moves when the manager is to look again; it sleeps on it
 * @manager_stop: it is to end
 * @drain_seq:	moves when a pool has become idle while somebody drains
 * @drainers:	threads in drain_workqueue()
 * @nr_pools:	of @pools
 * @pools:	one, or one per CPU
 */
struct workqueue_struct {
	char name[16];
	unsigned int flags;
	int host_cpu;
	u32 delay_us;
	u32 delay_seq;
	raw_spinlock_t timer_lock;
	struct list_head timers;
	struct kc_thread manager;
	struct kc_worker rescuer;
	u32 manager_seq;
	u32 manager_stop;
	u32 drain_seq;
	u32 drainers;
	unsigned int nr_pools;
	struct kc_pool pools[];
};

/** kc_pool_init() - make an empty pool */
void kc_pool_init(struct kc_pool *pool, struct workqueue_struct *wq, unsigned int cpu,
		  unsigned int max_workers);

/** kc_pool_stop() - end the workers of a pool that has nothing to do, and wait for them */
void kc_pool_stop(struct kc_pool *pool);

/** kc_pool_spawn() - start a worker if one is needed. Return: 0 or a negative errno. */
int kc_pool_spawn(struct kc_pool *pool);

/** kc_pool_executing() - the worker that runs @work, or NULL; under the lock */
struct kc_worker *kc_pool_executing(struct kc_pool *pool, const struct work_struct *work);

/** kc_pool_complete() - the instance with this ticket is over: let its flushers go; locked */
void kc_pool_complete(struct kc_pool *pool, u64 ticket);

/** kc_work_insert() - put an item whose PENDING the caller has set on a pool */
void kc_work_insert(unsigned int cpu, struct workqueue_struct *wq, struct work_struct *work);

/** kc_work_pool() - lock the pool an item was queued on last; NULL if it never was */
struct kc_pool *kc_work_pool(struct work_struct *work);

/** kc_manager_kick() - have the manager look for something to do */
void kc_manager_kick(struct workqueue_struct *wq);

/** kc_manager_main() - body of the manager thread. @arg: the queue */
void kc_manager_main(void *arg);

/**
 * kc_timer_arm() - have an item be due after @delay ticks
 * @cpu:	where it is to be queued then
 * @wq:		queue
 * @dwork:	item; the caller has set its PENDING
 * @delay:	not 0
 * Return:	is its timer the first now? Then the manager has to be told.
 */
bool kc_timer_arm(unsigned int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
		  unsigned long delay);

/** kc_timer_remove() - disarm an item's timer. Return: was it armed? */
bool kc_timer_remove(struct delayed_work *dwork);

/**
 * kc_timer_due() - disarm the first timer if its time has come
 * @wq:		queue
 * @left:	if it has not: the time until then, KC_FOREVER if there is none
 * Return:	its item, to be queued; or NULL.
 */
struct delayed_work *kc_timer_due(struct workqueue_struct *wq, u64 *left);

/** kc_work_set_pending() - set PENDING, fully ordered. Return: was it clear? */
static inline bool kc_work_set_pending(struct work_struct *work)
{
	return !(__atomic_fetch_or(&work->flags, KC_WORK_PENDING, __ATOMIC_SEQ_CST) &
		 KC_WORK_PENDING);
}

#endif
