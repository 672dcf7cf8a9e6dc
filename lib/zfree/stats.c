// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Counters: summed over CPUs and workers when read. */

#include <linux/minmax.h>
#include <linux/string.h>

#include "zfree/core.h"

/* @role: what those of the role of @w have drained */
static void sum_worker(const struct zfree_worker *w, struct zfree_drained *role,
		       struct zfree_stats *stats)
{
	u64 drained = READ_ONCE(w->drained), runs = READ_ONCE(w->runs);

	role->drained += drained;
	role->runs += runs;
	stats->drained += drained;
	stats->runs += runs;
	stats->stale += READ_ONCE(w->stale);
}

static void sum_workers(const struct zfree_core *core, struct zfree_stats *stats)
{
	unsigned int i;

	for (i = 0; i < core->nr_workers; i++)
		sum_worker(&core->workers[i], &stats->by_worker, stats);
	sum_worker(&core->flusher, &stats->by_flush, stats);
	sum_worker(&core->caller, &stats->by_caller, stats);
}

/* What is out of the budget and no CPU has credit for; see budget.c for the order. */
static s64 sum_used(const struct zfree_core *core)
{
	const struct zfree_cpu *c;
	unsigned int cpu;
	u64 used = 0;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(core->cpus, cpu);
		used -= READ_ONCE(c->returned);
		smp_rmb();
		used -= READ_ONCE(*per_cpu_ptr(core->zf->credit, cpu));
		smp_rmb();
		used += READ_ONCE(c->taken);
	}
	return (s64)used;
}

static void sum_cpus(const struct zfree_core *core, struct zfree_stats *stats)
{
	const struct zfree_cpu *c;
	unsigned int cpu;
	u64 overflow;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(core->cpus, cpu);
		overflow = READ_ONCE(c->overflow);
		stats->cancelled += READ_ONCE(c->cancelled);
		stats->overflow += overflow;
		stats->refused += overflow - READ_ONCE(c->denied);
		stats->kicks += READ_ONCE(c->kicks);
		stats->pending_peak = max(stats->pending_peak, (u64)READ_ONCE(c->peak));
	}
}

static void sum_items(const struct zfree_core *core, struct zfree_stats *stats)
{
	s64 gone, pending;

	sum_workers(core, stats);
	sum_cpus(core, stats);
	if (!core->ops->units)
		return;
	gone = (s64)(stats->drained + stats->cancelled);
	smp_rmb();
	if (core->exact)
		pending = atomic_long_read(&core->reserved);
	else
		pending = sum_used(core) - gone;
	stats->pending = (u64)max(pending, (s64)0);
	stats->queued = (u64)(gone + pending);
}

u64 zfree_core_pending(const struct zfree_core *core)
{
	struct zfree_stats stats = { 0 };

	sum_items(core, &stats);
	return stats.pending;
}

u64 zfree_pending(const struct zfree *zf)
{
	return zfree_core_pending(zf->core);
}

void zfree_stats(struct zfree *zf, struct zfree_stats *stats)
{
	struct zfree_core *core = zf->core;

	memset(stats, 0, sizeof(*stats));
	sum_items(core, stats);
	/* A CPU notes what is out when it takes a stock, and may never use that up. */
	stats->pending_peak = min(stats->pending_peak, stats->queued);
	stats->notified = stats->queued + stats->overflow;
	stats->worker_cpu_ns = core->wq ? workqueue_cpu_ns(core->wq) : 0;
	stats->strategy_bytes = (u64)mem_account_peak(core->account);
}

void zfree_phases(struct zfree *zf, struct kc_phases *sum)
{
	struct zfree_core *core = zf->core;
	unsigned int i;

	if (!core->params.record_phases || !core->ops->units)
		return;
	down_write(&core->run_lock);
	for (i = 0; i < core->nr_workers; i++)
		kc_phases_add(sum, &core->workers[i].phases);
	kc_phases_add(sum, &core->flusher.phases);
	up_write(&core->run_lock);
}
