/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the files of lib/zfree share. Strategies use strategy.h.
 *
 * Life of an item, and who accounts for it. @reserved is what is out of the budget:
 *
 *	budget ── a stock at a time ── credit of a CPU		reserved += stock
 *	credit ── one less, then ops->queue() ── pending
 *	pending ── a drain takes it out ── freed		reserved -= 1 when it is, by the run
 *	pending ── somebody frees the slot ── cancelled		reserved -= 1
 *	credit ── the flush finds nothing pending ── budget	reserved -= credit
 *
 * So @reserved is never less than what is pending and what CPUs have credit for, and never more
 * than the budget but for a moment.
 */
#ifndef ZFREE_CORE_H
#define ZFREE_CORE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include <kc_unseen.h>

#include "zfree/instruments.h"
#include "zfree/zfree.h"

/** enum zfree_defaults - effective values where a parameter is 0 */
enum zfree_defaults {
	ZFREE_BUDGET_BYTES = 64 << 20,
	ZFREE_KICK_BYTES = 1 << 20,
	ZFREE_RUN_SLOTS = 4096,
	ZFREE_FLUSH_MS = 100,
	ZFREE_STOCK_SLOTS = 32, /* one shared atomic per so many items of a CPU */
	ZFREE_LEAST_STOCK = 4,	/* the same where the budget is small */
	ZFREE_MAX_WORKERS = 64,
	ZFREE_MAX_NICE = 19,
	ZFREE_MAX_DELAY_US = 1000 * 1000,
	ZFREE_MAX_BUDGET = 1 << 30, /* items; leaves room for sums in 32 bits */
	ZFREE_COLLECT = 4096,	    /* handles a worker gathers for one bulk free */
	ZFREE_COLLECT_SHARE = 4,    /* of the budget, so that others have the rest */
	ZFREE_RETURN_SHARE = 16,    /* of the budget, given back at a time */
	ZFREE_RESCHED_ITEMS = 32,   /* a drain offers to reschedule after so many */
	ZFREE_SLOTS_AHEAD = 8,	    /* slots fetched ahead of the one being freed */
};

/**
 * struct zfree_cpu - one CPU's share; written by that CPU with preemption disabled
 * @credit:	items it may queue without asking; unless the strategy keeps its own
 * @peak:	most items it has seen reserved
 * @taken:	items of the budget it has taken
 * @returned:	of these, given back without having been used
 * @denied:	of @overflow, those for which no budget was left
 * @overflow:	see &struct zfree_stats
 * @cancelled:	see there
 * @kicks:	see there
 *
 * What it has queued is @taken - @returned - @credit. All but @credit only grow.
 */
struct zfree_cpu {
	u32 credit;
	u32 peak;
	u64 taken;
	u64 returned;
	u64 denied;
	u64 overflow;
	u64 cancelled;
	u64 kicks;
};

/**
 * struct zfree_worker - somebody who drains
 * @work:	its item; unused by the flusher and the caller
 * @core:	what it drains
 * @cpu:	CPU it is bound to, or WORK_CPU_UNBOUND
 * @handles:	collector, NULL if handles are not freed in bulk
 * @drained:	see &struct zfree_stats; written by this worker only, like the next two
 * @stale:	see there
 * @runs:	see there
 * @phases:	of its runs; written under run_lock
 * @pad:	keeps the next worker's @work off this line
 */
struct zfree_worker {
	struct work_struct work;
	struct zfree_core *core;
	unsigned int cpu;
	unsigned long *handles;
	u64 drained;
	u64 stale;
	u64 runs;
	struct kc_phases phases;
	char pad[SMP_CACHE_BYTES];
};

/**
 * struct zfree_run - one call of ops->drain
 * @core:	what is drained
 * @worker:	who drains
 * @handles:	collected for the bulk free
 * @nr:		how many
 * @room:	how many may be collected
 * @step:	items whose budget is given back at a time
 * @batch:	how to free handles
 * @all:	partly filled buffers, too
 * @wait:	wait for busy slots even where the strategy would rather not
 * @freed:	items freed or collected
 * @stale:	indices that were not pending any more
 * @returned:	of @freed, those whose budget has been given back; never of what is collected
 */
struct zfree_run {
	struct zfree_core *core;
	struct zfree_worker *worker;
	unsigned long *handles;
	u32 nr;
	u32 room;
	u32 step;
	enum zs_batch batch;
	bool all;
	bool wait;
	u32 freed;
	u32 stale;
	u32 returned;
};

/**
 * struct zfree_core - a strategy on a device
 * @zf:		the strategy's state
 * @ops:	its operations
 * @traits:	its traits
 * @zram:	device
 * @pool:	its objects
 * @cpus:	per-CPU share
 * @stock:	items of the budget a CPU takes at most at once
 * @exact:	a preset counts item by item: no stocks, no flush, one pass per kick
 * @closed:	detach has begun: nothing comes any more
 * @armed:	a flush is due; see flush.c for how it is cleared
 * @want_all:	the next run takes partly filled buffers, too
 * @params:	effective parameters
 * @wq:		runs the workers and @flush
 * @workers:	@nr_workers of them; per CPU: one for each possible CPU
 * @nr_workers:	entries in @workers
 * @account:	pays for the strategy's state
 * @pad1:	what is above is only read in a notification
 * @reserved:	items of the budget that are pending or that some CPU has credit for
 * @pad2:	what is below belongs to the workers
 * @flush:	drains the residue
 * @flusher:	worker of @flush
 * @caller:	worker of zfree_drain(); under @run_lock
 * @flush_left:	items the flush round in progress still has to look at
 * @run_lock:	read: a run by a worker; write: zfree_drain()
 * @own_account: @account unless the user has named one
 *
 * Lock order: zram's hook_lock, run_lock, slot lock, locks of the strategy.
 */
struct zfree_core {
	struct zfree *zf;
	const struct zfree_ops *ops;
	struct zfree_traits traits;
	struct zram *zram;
	struct zs_pool *pool;
	struct zfree_cpu __percpu *cpus;
	u32 stock;
	bool exact;
	u32 closed;
	u32 armed;
	u32 want_all;
	struct zfree_params params;
	struct workqueue_struct *wq;
	struct zfree_worker *workers;
	unsigned int nr_workers;
	struct mem_account *account;

	char pad1[SMP_CACHE_BYTES];
	atomic_long_t reserved;
	char pad2[SMP_CACHE_BYTES];

	struct delayed_work flush;
	struct zfree_worker flusher;
	struct zfree_worker caller;
	u64 flush_left;
	struct rw_semaphore run_lock;
	struct mem_account own_account;
};

/**
 * zfree_count() - add to a number that other CPUs read at any time
 * @counter:	of this CPU's &struct zfree_cpu, which alone writes it
 * @n:		how much
 *
 * Context:	preemption disabled.
 */
static inline void zfree_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/** zfree_credit_in_buffers() - is credit room in the strategy's? @core: its init() is over */
static inline bool zfree_credit_in_buffers(const struct zfree_core *core)
{
	return core->zf->credit != &core->cpus->credit;
}

/**
 * zfree_over_budget() - is the budget out? If so, it is counted that somebody was denied.
 * @core:	attached
 * @budget:	its budget_slots, which not everybody is charged for reading
 *
 * Context:	preemption disabled.
 */
static inline bool zfree_over_budget(struct zfree_core *core, long budget)
{
	if (atomic_long_read(&core->reserved) < budget)
		return false;
	zfree_count(&this_cpu_ptr(core->cpus)->denied, 1);
	return true;
}

/** zfree_hook_init() - fill in the hook. @core: with unit and operations set */
void zfree_hook_init(struct zfree_core *core);

/**
 * zfree_reserve() - take a part of the budget
 * @core:	attached
 * @want:	items, of which no more than a stock are taken
 *
 * Context:	preemption disabled. What becomes credit is stored after this.
 * Return:	how many; 0: the budget is out.
 */
u32 zfree_reserve(struct zfree_core *core, u32 want);

/** zfree_stock_return() - give back this CPU's credit, which is the core's. @core: attached */
void zfree_stock_return(struct zfree_core *core);

/**
 * zfree_run_begin() - prepare a run
 * @run:	filled in
 * @w:		who drains
 */
void zfree_run_begin(struct zfree_run *run, struct zfree_worker *w);

/** zfree_run_end() - free what was collected, return the budget, count. @run: in progress */
void zfree_run_end(struct zfree_run *run);

/**
 * zfree_workers_init() - make work queue and workers
 * @core:	with effective parameters
 * Return:	0, -ENOMEM, -EINVAL for a processor the host has not, -EACCES or -EPERM for a nice
 *		value that is not allowed.
 */
int zfree_workers_init(struct zfree_core *core);

/** zfree_workers_exit() - undo zfree_workers_init(). @core: nothing is queued any more */
void zfree_workers_exit(struct zfree_core *core);

/** zfree_workers_stop() - no worker or flush runs or is queued afterwards. @core: closed */
void zfree_workers_stop(struct zfree_core *core);

/** zfree_collector_room() - handles a worker collects at most, 0 if none. @core: see there */
u32 zfree_collector_room(const struct zfree_core *core);

/**
 * zfree_worker_run() - one run
 * @w:		who drains
 * @budget:	most items to take
 * @all:	partly filled buffers, too
 *
 * Context:	process, may sleep.
 * Return:	what ops->drain has returned.
 */
u32 zfree_worker_run(struct zfree_worker *w, u32 budget, bool all);

/**
 * zfree_kick_worker() - queue a worker that is not pending
 * @core:	attached
 * @full:	something was refused: partly filled buffers may be what holds the budget
 *
 * Context:	preemption disabled.
 */
void zfree_kick_worker(struct zfree_core *core, bool full);

/** zfree_drain_core() - free everything that was pending when called. @core: attached */
void zfree_drain_core(struct zfree_core *core);

/** zfree_flush_init() - prepare the flush. @core: zeroed */
void zfree_flush_init(struct zfree_core *core);

/** zfree_flush_arm() - have what is pending drained within the flush delay. @core: not armed */
void zfree_flush_arm(struct zfree_core *core);

/** zfree_core_pending() - see zfree_pending(). @core: attached */
u64 zfree_core_pending(const struct zfree_core *core);

#endif
