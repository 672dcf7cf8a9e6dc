/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zfree: the strategy core. It fills zram's free hook, asks a strategy to remember
 * what is pending, and runs the workers that drain it.
 */
#ifndef ZFREE_ZFREE_H
#define ZFREE_ZFREE_H

#include "zfree/strategy.h"

struct kc_phases;
struct mem_account;

/** enum zfree_workers - who drains */
enum zfree_workers {
	ZFREE_WORKERS_UNBOUND, /* nr_workers work items on an unbound queue */
	ZFREE_WORKERS_PERCPU,  /* one work item bound to each CPU that queues */
};

/**
 * struct zfree_params - how a strategy is attached; start from ZFREE_PARAMS_INIT
 * @units:	of the strategy's units those to choose from, slot before handle; 0: all
 * @batch:	how drained handles are grouped; with the slot unit anything but
 *		ZS_BATCH_NONE detaches the slot first and frees its handle in bulk.
 *		ZS_BATCH_DEFAULT: what the strategy prefers, &zfree_traits.batch, else none
 * @workers:	topology
 * @nr_workers:	unbound work items; 0 means 1
 * @run_slots:	items per drain run before the worker re-queues itself; 0 means 4096
 * @budget_bytes: uncompressed bytes that may be pending; 0 means 64 MiB
 * @kick_bytes:	pending bytes at which a worker is queued; 0 means the strategy's default
 * @stock:	items of the budget a CPU takes at a time, at most the budget; 0: by the budget and
 *		the number of CPUs, from 4 to 32. A preset takes no stocks.
 * @flush_ms:	delay after which a residue is drained anyway; 0 means 100
 * @host_cpu:	processor of the host the workers run on, -1 any
 * @nice:	of the workers, 1 to 19; 0: that of whoever attaches
 * @delay_us:	time a worker is kept off its processor each time it is woken, at most a second;
 *		the flush comes so much later, too
 * @record_phases: the workers record where their time goes, see zfree_phases()
 * @account:	who pays for the strategy's state, or NULL: an account of its own
 * @drained:	called by the worker after each run with the items it freed, or NULL
 * @drained_ctx: passed to @drained
 */
struct zfree_params {
	unsigned int units;
	enum zs_batch batch;
	enum zfree_workers workers;
	unsigned int nr_workers;
	u32 run_slots;
	u64 budget_bytes;
	u64 kick_bytes;
	u32 stock;
	unsigned int flush_ms;
	int host_cpu;
	int nice;
	u32 delay_us;
	bool record_phases;
	struct mem_account *account;
	void (*drained)(void *ctx, u32 nr);
	void *drained_ctx;
};

/** ZFREE_PARAMS_INIT - every default, what zfree_attach() takes for NULL */
#define ZFREE_PARAMS_INIT      \
	{                      \
		.host_cpu = -1 \
	}

/**
 * struct zfree_drained - what those of one role have drained
 * @runs:	drain runs
 * @drained:	items these freed
 */
struct zfree_drained {
	u64 runs;
	u64 drained;
};

/**
 * struct zfree_stats - counters since attach
 * @notified:		items offered to the strategy
 * @queued:		of these, queued
 * @overflow:		the others, freed synchronously: budget, or refused by the strategy
 * @refused:		of @overflow, those the strategy refused: its lock was busy, or it was full
 * @cancelled:		pending, then rewritten, discarded or freed by someone else
 * @drained:		freed by a drain
 * @stale:		drained indices that were no longer pending
 * @kicks:		times a worker was queued
 * @runs:		drain runs
 * @by_worker:		of @drained and @runs, those of workers, which a kick has woken
 * @by_flush:		those of the flush
 * @by_caller:		those of zfree_drain(), zfree_detach() and of zram when memory is short
 * @pending:		items pending now
 * @pending_peak:	most items pending at once; with what was in the stocks of CPUs then
 * @worker_cpu_ns:	CPU time of the workers
 * @strategy_bytes:	peak memory of the strategy's own state
 */
struct zfree_stats {
	u64 notified;
	u64 queued;
	u64 overflow;
	u64 refused;
	u64 cancelled;
	u64 drained;
	u64 stale;
	u64 kicks;
	u64 runs;
	struct zfree_drained by_worker;
	struct zfree_drained by_flush;
	struct zfree_drained by_caller;
	u64 pending;
	u64 pending_peak;
	u64 worker_cpu_ns;
	u64 strategy_bytes;
};

/**
 * zfree_attach() - put a strategy on a device
 * @zram:	device without one
 * @ops:	checked once, here
 * @params:	or NULL for defaults
 * Return:	the state, or ERR_PTR(-EINVAL) for bad ops or parameters, ERR_PTR(-EBUSY) while
 *		another one is on it or being detached, ERR_PTR(-ENOMEM); -EACCES or -EPERM if the
 *		system does not allow the nice value.
 */
struct zfree *zfree_attach(struct zram *zram, const struct zfree_ops *ops,
			   const struct zfree_params *params);

/**
 * zfree_detach() - drain everything and take the strategy off
 * @zf:		from zfree_attach()
 *
 * Nothing is offered from the beginning on; pending slots are its own, and are cancelled here when
 * they are rewritten, until all of them are drained.
 *
 * Context:	process, may sleep.
 */
void zfree_detach(struct zfree *zf);

/**
 * zfree_drain() - free everything that was pending when called
 * @zf:		attached
 * Context:	process, may sleep.
 */
void zfree_drain(struct zfree *zf);

/**
 * zfree_stats() - read the counters
 * @zf:		attached
 * @stats:	filled in; exact at quiescence
 */
void zfree_stats(struct zfree *zf, struct zfree_stats *stats);

/**
 * zfree_phases() - where the time of the workers went
 * @zf:		attached with record_phases
 * @sum:	phases of all drain runs of workers and flush are added, see zram/zram_phase.h; what
 *		they do outside a run is not. A drain by a task that is none of them, as a write
 *		that finds memory short, is in that task's own record if it makes one.
 *
 * Context:	process, may sleep: waits for the runs in progress.
 */
void zfree_phases(struct zfree *zf, struct kc_phases *sum);

/**
 * zfree_pending() - items pending now
 * @zf:		attached
 * Return:	sum over the CPUs; exact at quiescence.
 */
u64 zfree_pending(const struct zfree *zf);

#endif
