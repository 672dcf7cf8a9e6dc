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

/*
 * What has left is read before what has come: an item is counted as queued before it can
 * be drained or cancelled, so the difference never comes out too small.
 */
static void sum_cpus(const struct zfree_core *core, struct zfree_stats *stats)
{
	const struct zfree_cpu *c;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(core->cpus, cpu);
		stats->cancelled += READ_ONCE(c->cancelled);
	}
	smp_rmb();
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(core->cpus, cpu);
		stats->queued += READ_ONCE(c->queued);
		stats->overflow += READ_ONCE(c->overflow);
		stats->refused += READ_ONCE(c->refused);
		stats->kicks += READ_ONCE(c->kicks);
		stats->pending_peak = max(stats->pending_peak, (u64)READ_ONCE(c->peak));
	}
}

static u64 difference(const struct zfree_stats *s)
{
	return s->queued - s->cancelled - s->drained;
}

u64 zfree_core_pending(const struct zfree_core *core)
{
	struct zfree_stats stats = { 0 };

	sum_workers(core, &stats);
	sum_cpus(core, &stats);
	return difference(&stats);
}

u64 zfree_pending(const struct zfree *zf)
{
	return zfree_core_pending(zf->core);
}

void zfree_stats(struct zfree *zf, struct zfree_stats *stats)
{
	struct zfree_core *core = zf->core;

	memset(stats, 0, sizeof(*stats));
	sum_workers(core, stats);
	sum_cpus(core, stats);
	stats->notified = stats->queued + stats->overflow;
	stats->pending = difference(stats);
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
