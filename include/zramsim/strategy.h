/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Attaching a freeing strategy to a device: one that comes with the library, by name, or
 * one's own operations.
 */
#ifndef ZRAMSIM_STRATEGY_H
#define ZRAMSIM_STRATEGY_H

#include <stdbool.h>
#include <zramsim/device.h>

#ifdef __cplusplus
extern "C" {
#endif

struct zramsim_drain_run;

/**
 * enum zramsim_defer - what is queued instead of being freed
 *
 * A strategy that queues nothing, such as sync, goes with all of them; one that does has no
 * use for the first two after the default, and is refused there. ZRAMSIM_DEFER_ZSPAGE is for
 * devices with ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_NONE for all others.
 */
enum zramsim_defer {
	ZRAMSIM_DEFER_DEFAULT, /* the strategy's first unit */
	ZRAMSIM_DEFER_NONE,    /* nothing: free in the notification */
	ZRAMSIM_DEFER_ZSPAGE,  /* nothing, but leave the pages of emptied zspages to a worker */
	ZRAMSIM_DEFER_HANDLE,  /* slot cleaned at once, its handle queued */
	ZRAMSIM_DEFER_SLOT,    /* the slot's index queued, nothing else touched */
};

/** enum zramsim_batch - how a drain groups handles */
enum zramsim_batch {
	ZRAMSIM_BATCH_DEFAULT, /* what the strategy prefers */
	ZRAMSIM_BATCH_NONE,    /* one lock round per handle */
	ZRAMSIM_BATCH_RUNS,    /* consecutive handles of one class share one */
	ZRAMSIM_BATCH_SORTED,  /* sorted by class, then zspage */
};

/** enum zramsim_workers - who drains */
enum zramsim_workers {
	ZRAMSIM_WORKERS_UNBOUND, /* work items on an unbound queue */
	ZRAMSIM_WORKERS_PERCPU,	 /* one bound work item per CPU that queues */
};

/**
 * struct zramsim_strategy_params - how a strategy is attached; all-zero means defaults
 * @defer:	unit
 * @batch:	grouping in the drain
 * @workers:	topology
 * @nr_workers:	unbound work items; 0 means 1
 * @run_slots:	items per drain run before the worker re-queues itself; 0 means 4096
 * @budget_bytes: uncompressed bytes that may be pending; 0 means 64 MiB
 * @kick_bytes:	pending bytes at which a worker is queued; 0 means the default
 * @flush_ms:	delay after which a residue is drained anyway; 0 means 100
 * @worker_nice: nice value of the workers, 0 to 19
 * @worker_delay_us: time a worker is kept off its processor each time it is woken, at most
 *		one second
 */
struct zramsim_strategy_params {
	enum zramsim_defer defer;
	enum zramsim_batch batch;
	enum zramsim_workers workers;
	uint32_t nr_workers;
	uint32_t run_slots;
	uint64_t budget_bytes;
	uint64_t kick_bytes;
	uint32_t flush_ms;
	int worker_nice;
	uint32_t worker_delay_us;
};

/**
 * struct zramsim_strategy_ops - a strategy of one's own
 * @name:	id in results
 * @units:	bit 0: slots, bit 1: handles
 * @state_bytes: zeroed state the library allocates per attachment
 * @init:	build the state; may be NULL. Return 0 or a negative errno; any other value is
 *		taken for -EINVAL.
 * @exit:	undo @init; may be NULL
 * @queue:	remember @item; must not sleep. False: not queued, it is freed at once.
 *		Called by many threads, never twice at once for the same item.
 * @cancel:	the slot is no longer pending; may be NULL: zramsim_free_item() skips
 *		what is no longer pending
 * @drain:	take at most @budget items out, hand each to zramsim_free_item(), return
 *		how many were taken; 0 means nothing is left
 */
struct zramsim_strategy_ops {
	const char *name;
	unsigned int units;
	size_t state_bytes;
	int (*init)(void *state, uint32_t nr_slots, uint32_t budget_slots);
	void (*exit)(void *state);
	bool (*queue)(void *state, uint64_t item);
	bool (*cancel)(void *state, uint32_t index);
	uint32_t (*drain)(void *state, struct zramsim_drain_run *run, uint32_t budget);
};

/**
 * struct zramsim_strategy_counters - counters since attach
 * @queued:		items queued
 * @overflow:		freed synchronously: budget, or refused
 * @cancelled:		pending, then rewritten, discarded or freed by someone else
 * @drained:		freed by a drain
 * @pending:		pending now
 * @pending_peak:	most at once
 * @worker_cpu_ns:	CPU time of the workers
 * @strategy_bytes:	peak memory of the strategy's own state
 */
struct zramsim_strategy_counters {
	uint64_t queued;
	uint64_t overflow;
	uint64_t cancelled;
	uint64_t drained;
	uint64_t pending;
	uint64_t pending_peak;
	uint64_t worker_cpu_ns;
	uint64_t strategy_bytes;
};

/**
 * zramsim_nr_strategies() - strategies that come with the library
 */
ZRAMSIM_API unsigned int zramsim_nr_strategies(void);

/**
 * zramsim_strategy_name() - name of one of them
 * @i:		0 to zramsim_nr_strategies() - 1
 * Return:	static string, NULL out of range.
 */
ZRAMSIM_API const char *zramsim_strategy_name(unsigned int i);

/**
 * zramsim_strategy_summary() - one line about one of them
 * @i:		0 to zramsim_nr_strategies() - 1
 * Return:	static string, NULL out of range.
 */
ZRAMSIM_API const char *zramsim_strategy_summary(unsigned int i);

/**
 * zramsim_strategy_units() - what it can queue
 * @i:		0 to zramsim_nr_strategies() - 1
 * Return:	bit 0 slots, bit 1 handles; 0 for a strategy that queues nothing.
 */
ZRAMSIM_API unsigned int zramsim_strategy_units(unsigned int i);

/**
 * zramsim_attach() - put a strategy on a device
 * @dev:	device without one
 * @name:	one of zramsim_strategy_name()
 * @params:	or NULL
 * Return:	0, -ENOENT unknown name, -EINVAL, -EBUSY, -ENOMEM.
 */
ZRAMSIM_API int zramsim_attach(struct zramsim_device *dev, const char *name,
			       const struct zramsim_strategy_params *params);

/**
 * zramsim_attach_ops() - put a strategy of one's own on a device
 * @dev:	device without one
 * @ops:	stays valid until zramsim_detach()
 * @params:	or NULL
 * Return:	as zramsim_attach(), or what @init returned.
 */
ZRAMSIM_API int zramsim_attach_ops(struct zramsim_device *dev,
				   const struct zramsim_strategy_ops *ops,
				   const struct zramsim_strategy_params *params);

/**
 * zramsim_detach() - drain everything and take the strategy off
 * @dev:	device; one without a strategy is left alone
 */
ZRAMSIM_API void zramsim_detach(struct zramsim_device *dev);

/**
 * zramsim_drain() - free everything that was pending when called
 * @dev:	device; zspages left to its pool's worker are freed, too
 */
ZRAMSIM_API void zramsim_drain(struct zramsim_device *dev);

/**
 * zramsim_strategy_stats() - read an attached strategy's counters
 * @dev:	device
 * @stats:	filled in, zeros without a strategy
 */
ZRAMSIM_API void zramsim_strategy_stats(struct zramsim_device *dev,
					struct zramsim_strategy_counters *stats);

/**
 * zramsim_free_item() - from a drain: free one item
 * @run:	what the drain was called with
 * @item:	as it was queued; an index that is no longer pending is skipped
 */
ZRAMSIM_API void zramsim_free_item(struct zramsim_drain_run *run, uint64_t item);

#ifdef __cplusplus
}
#endif

#endif
