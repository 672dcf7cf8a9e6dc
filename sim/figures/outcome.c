// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/figures/outcome.h"
#include "sim/figures/stats.h"
#include "zram/zram.h"

/* Gather a sampled duration of all producers, the cost of the clock taken off. */
static u64 *merge_times(const struct sim_evidence *ev, bool ops, size_t *nr)
{
	const struct sim_track *track;
	u64 *all, ns, clock = (u64)ev->clock_ns;
	u32 p, i, n;

	*nr = 0;
	for (p = 0; p < ev->nr_producers; p++)
		*nr += ops ? ev->producers[p].track.nr_op : ev->producers[p].track.nr_notify;
	all = malloc((*nr + 1) * sizeof(*all));
	if (!all)
		return NULL;
	*nr = 0;
	for (p = 0; p < ev->nr_producers; p++) {
		track = &ev->producers[p].track;
		n = ops ? track->nr_op : track->nr_notify;
		for (i = 0; i < n; i++) {
			ns = ops ? track->op_ns[i] : track->notify_ns[i];
			all[(*nr)++] = ns > clock ? ns - clock : 0;
		}
	}
	sim_sort(all, *nr);
	return all;
}

static int fill_times(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	static const struct {
		enum sim_metric_id id;
		double percent;
		bool ops;
	} wanted[] = {
		{ SIM_NOTIFY_P50, 50, false },	{ SIM_NOTIFY_P90, 90, false },
		{ SIM_NOTIFY_P99, 99, false },	{ SIM_NOTIFY_P999, 99.9, false },
		{ SIM_NOTIFY_MAX, 100, false }, { SIM_OP_P50, 50, true },
		{ SIM_OP_P99, 99, true },
	};
	u64 *times[2];
	size_t nr[2], i;
	bool ops;

	times[0] = merge_times(ev, false, &nr[0]);
	times[1] = merge_times(ev, true, &nr[1]);
	for (i = 0; times[0] && times[1] && i < ARRAY_SIZE(wanted); i++) {
		ops = wanted[i].ops;
		if (nr[ops])
			outcome->metrics[wanted[i].id] =
				(double)sim_percentile(times[ops], nr[ops], wanted[i].percent);
	}
	free(times[0]);
	free(times[1]);
	return times[0] && times[1] ? 0 : -ENOMEM;
}

static const struct zramsim_config *repeat_config(const struct sim_evidence *ev)
{
	return ev->cfg ? ev->cfg : ev->world->cfg;
}

static u64 all_ops(const struct sim_evidence *ev)
{
	u64 ops = 0;
	u32 p;

	for (p = 0; p < ev->nr_producers; p++)
		ops += ev->world->scenario->ops(ev->producers[p].proc);
	return ops;
}

/* First zap to last, and CPU time. Return: when the first zap was. */
static u64 fill_durations(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	u64 start = UINT64_MAX, end = 0, cpu = 0, ops = all_ops(ev), most = 0;
	const struct sim_producer *producer;
	double *m = outcome->metrics;
	u32 p;

	for (p = 0; p < ev->nr_producers; p++) {
		producer = &ev->producers[p];
		start = min(start, producer->start_ns);
		end = max(end, producer->end_ns);
		cpu += producer->cpu_ns;
		most = max(most, ev->world->scenario->ops(producer->proc));
	}
	m[SIM_EXIT_NS] = (double)(end - start);
	m[SIM_EXIT_NS_PER_SLOT] = (double)(end - start) / (double)most;
	m[SIM_CPU_PRODUCER] = (double)cpu / (double)ops;
	m[SIM_CPU_WORKER] = (double)ev->stats.worker_cpu_ns / (double)ops;
	m[SIM_CPU_TOTAL] = m[SIM_CPU_PRODUCER] + m[SIM_CPU_WORKER];
	return start;
}

/* First mark at which @pages were back, or 0 if that never happened by itself. */
static u64 returned_at(const struct sim_evidence *ev, u32 nr, u64 pages)
{
	const struct sim_mark *marks = ev->recorder->marks;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (marks[i].held_pages + pages <= ev->held_start)
			return marks[i].at_ns;
	}
	return 0;
}

static void fill_returned(struct sim_outcome *outcome, const struct sim_evidence *ev, u32 nr,
			  u64 start)
{
	static const struct {
		enum sim_metric_id id;
		u32 percent;
	} wanted[] = {
		{ SIM_RETURNED_P50, 50 },
		{ SIM_RETURNED_P90, 90 },
		{ SIM_RETURNED_P99, 99 },
		{ SIM_RETURNED_P100, 100 },
	};
	u64 freed = ev->held_start - min(ev->held_start, ev->held_drained), at, pages;
	size_t i;
	u32 k;

	if (!ev->world->scenario->frees_all || !freed)
		return;
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		at = returned_at(ev, nr, (freed * wanted[i].percent + 99) / 100);
		if (at)
			outcome->metrics[wanted[i].id] = at > start ? (double)(at - start) : 0;
	}
	outcome->nr_points = 1; /* nothing is back at time 0 */
	for (k = 1; k < SIM_CURVE_POINTS; k++) {
		pages = freed * k / (SIM_CURVE_POINTS - 1);
		at = returned_at(ev, nr, pages);
		if (!at)
			break;
		outcome->curve[k].at_ns = at > start ? at - start : 0;
		outcome->curve[k].returned_bytes = pages * ev->world->cfg->page_bytes;
		outcome->nr_points++;
	}
}

/*
 * How long was the last of the items drained so far in the queue? It entered when the
 * curve of what was ever queued reached its number; between two marks that curve is a line.
 */
static double oldest_queued(const struct sim_mark *marks, u32 nr)
{
	double oldest = 0, queued, before = 0, entered, age;
	double before_ns = nr ? (double)marks[0].at_ns : 0;
	u32 i, from = 0;

	for (i = 0; i < nr; i++) {
		if (!marks[i].drained)
			continue;
		for (; from <= i; from++) {
			queued = (double)(marks[from].drained + marks[from].pending);
			if (queued >= (double)marks[i].drained)
				break;
			before = queued;
			before_ns = (double)marks[from].at_ns;
		}
		if (from > i)
			continue;
		entered = (double)marks[from].at_ns;
		if (queued > before && entered > before_ns)
			entered = before_ns + (entered - before_ns) *
						      ((double)marks[i].drained - before) /
						      (queued - before);
		age = (double)marks[i].at_ns - entered;
		oldest = max(oldest, age);
	}
	return oldest;
}

static void fill_pending(struct sim_outcome *outcome, const struct sim_evidence *ev, u32 nr)
{
	const struct sim_mark *marks = ev->recorder->marks;
	double area = 0, *m = outcome->metrics;
	u64 peak = ev->stats.pending_peak;
	u32 i;

	for (i = 1; i < nr; i++) {
		area += (double)(marks[i].at_ns - marks[i - 1].at_ns) / 1e9 *
			(double)(marks[i].pending + marks[i - 1].pending) / 2;
	}
	m[SIM_QUEUED_PEAK_SLOTS] = (double)peak;
	m[SIM_HELD_PEAK_BYTES] = (double)peak * ev->world->mean_stored_bytes;
	m[SIM_HELD_BYTE_SECONDS] = area * ev->world->mean_stored_bytes;
	m[SIM_OLDEST_QUEUED_NS] = oldest_queued(marks, nr);
}

static void fill_counters(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	double *m = outcome->metrics;
	struct zs_pool_stats pool;

	zs_pool_stats(zram_pool(ev->zram), &pool);
	m[SIM_OVERFLOW_SLOTS] = (double)ev->stats.overflow;
	m[SIM_CANCELLED_SLOTS] = (double)ev->stats.cancelled;
	m[SIM_MISS_SLOTS] = (double)ev->miss_slots;
	m[SIM_STRANDED_SLOTS] = (double)ev->stranded_slots;
	m[SIM_LATE_SLOTS] = (double)ev->late_slots;
	m[SIM_ZSPAGES_EMPTIED] = (double)pool.zspages_emptied;
	m[SIM_CLASS_RUNS] = (double)pool.class_runs;
	m[SIM_STRATEGY_BYTES] = (double)ev->stats.strategy_bytes;
	m[SIM_FREES_UNLOCKED] = (double)pool.frees_unlocked;
	m[SIM_ZSPAGES_DEFERRED] = (double)pool.deferred_zspages;
	m[SIM_OBJECTS_MOVED] = (double)pool.objects_moved;
	m[SIM_REFUSED_SLOTS] = (double)ev->stats.refused;
	m[SIM_KICKS] = (double)ev->stats.kicks;
	m[SIM_DRAIN_RUNS] = (double)ev->stats.runs;
}

static void fill_foreground(struct sim_outcome *outcome, const struct sim_foreground *fg)
{
	double *m = outcome->metrics;

	if (!fg)
		return;
	m[SIM_ALLOC_WAIT_NS] = (double)fg->wait_ns;
	m[SIM_ALLOC_STALL_MAX] = (double)fg->stall_ns_max;
	m[SIM_RECLAIMED_SLOTS] = (double)fg->reclaimed;
	m[SIM_DRAINS_ON_FAILURE] = (double)fg->drains;
}

/* Per slot, as the time is. */
static void fill_machine(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	double *m = outcome->metrics, ops = (double)all_ops(ev);

	outcome->machine = ev->machine;
	if (!ev->machine.nr_cpus)
		return;
	m[SIM_ACCESSES] = (double)ev->machine.end.accesses / ops;
	m[SIM_ATOMICS] = (double)ev->machine.atomics / ops;
	m[SIM_INSNS] = (double)ev->machine.insns / ops;
	m[SIM_STALL] = (double)ev->machine.stall_ns / ops;
	m[SIM_LINE_TRANSFERS] = (double)ev->machine.line_transfers / ops;
}

static void fill_role(struct sim_phase_count *counts, const struct kc_phases *sum, double ops)
{
	double all = 0;
	unsigned int i;

	for (i = 0; i < KC_MAX_PHASES; i++)
		all += sum->ns[i];
	for (i = 0; i < KC_MAX_PHASES; i++) {
		counts[i].fields[SIM_PHASE_NS_PER_SLOT] = sum->ns[i] / ops;
		counts[i].fields[SIM_PHASE_CALLS_PER_SLOT] = (double)sum->calls[i] / ops;
		counts[i].fields[SIM_PHASE_SHARE] = all > 0 ? sum->ns[i] / all : 0;
	}
}

static void fill_phases(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	struct kc_phases sum[SIM_NR_ROLES] = { 0 };
	double ops = (double)all_ops(ev), cost = 0;
	u32 i;

	for (i = 0; i < ev->nr_producers; i++)
		kc_phases_add(&sum[SIM_PRODUCER], &ev->producers[i].phases);
	zfree_phases(ev->zfree, &sum[SIM_WORKER]);
	for (i = 0; i < SIM_NR_ROLES; i++) {
		fill_role(outcome->phases[i], &sum[i], ops);
		cost += sum[i].cost_ns;
	}
	if (repeat_config(ev)->phases)
		outcome->metrics[SIM_PHASE_COST] = cost / ops;
}

static void add_lock(struct sim_outcome *outcome, const char *name, const char *kind,
		     const struct kc_lock_stat *st)
{
	struct sim_lock_count *lock = &outcome->locks[outcome->nr_locks++];

	lock->name = name;
	lock->kind = kind;
	lock->fields[SIM_LOCK_ACQUISITIONS] = (double)st->acquisitions;
	lock->fields[SIM_LOCK_CONTENDED] = (double)st->contended;
	lock->fields[SIM_LOCK_WAIT_NS] = (double)st->wait_ns;
	lock->fields[SIM_LOCK_HOLD_NS_MAX] = (double)st->hold_ns_max;
	lock->fields[SIM_LOCK_HOLD_NS] = (double)st->hold_ns;
}

/*
 * Since the first zap. A slot lock is a bit without counters of its own; whoever drains knows how
 * often he took one, and a notification that found it busy did not wait. Nobody times a hold.
 */
static struct kc_lock_stat slot_lock(const struct sim_evidence *ev)
{
	struct kc_lock_stat st = { 0 };

	zram_slot_lock_stat(ev->zram, &st);
	st.acquisitions -= ev->slot_lock.acquisitions;
	st.contended -= ev->slot_lock.contended;
	st.wait_ns -= ev->slot_lock.wait_ns;
	st.contended += ev->miss_slots;
	if (ev->zfree->ops->units && ev->zfree->unit == ZFREE_SLOT)
		st.acquisitions += ev->stats.drained;
	return st;
}

static void fill_locks(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	struct kc_lock_stat slot = slot_lock(ev), cluster = { 0 }, pool = { 0 }, class = { 0 };
	struct kc_lock_stat device = { 0 };
	const char *pool_kind = "rwlock";
	struct zone_stats zone;

	if (repeat_config(ev)->model.locks == ZRAMSIM_LOCKS_POOL)
		pool_kind = "spinlock";
	sim_swap_lock_stat(&ev->world->swap, &cluster);
	sim_swap_device_stat(&ev->world->swap, &device);
	zs_lock_stats(zram_pool(ev->zram), &pool, &class);
	zone_stats(zram_zone(ev->zram), &zone);
	add_lock(outcome, "slot", "bit", &slot);
	outcome->locks[0].fields[SIM_LOCK_HOLD_NS] = NAN;
	add_lock(outcome, "cluster", "spinlock", &cluster);
	if (ev->world->swap.params.frees != SIM_SWAP_FREES_RUNS)
		add_lock(outcome, "swap", "spinlock", &device);
	add_lock(outcome, "pool", pool_kind, &pool);
	add_lock(outcome, "class", "spinlock", &class);
	add_lock(outcome, "zone", "spinlock", &zone.lock);
}

static void fill_names(struct sim_outcome *outcome, const struct sim_evidence *ev)
{
	const struct zramsim_config *cfg = repeat_config(ev);
	const struct zfree *zfree = ev->zfree;

	outcome->unit = "none";
	outcome->batch = "none";
	outcome->defer = cfg->model.pages == ZRAMSIM_PAGES_DEFERRED ? "zspage" : "none";
	if (!zfree->ops->units)
		return;
	if (zfree_traits(zfree->ops).preset)
		outcome->preset_slots = zfree->budget_slots;
	outcome->unit = zfree->unit == ZFREE_HANDLE ? "handle" : "slot";
	outcome->defer = outcome->unit;
	outcome->batch = zs_batch_names[zfree->params->batch];
}

int sim_outcome_fill(struct sim_outcome *outcome, const struct sim_evidence *evidence)
{
	u32 nr = sim_recorder_sort(evidence->recorder), i;
	u64 start;

	for (i = 0; i < SIM_NR_METRICS; i++)
		outcome->metrics[i] = NAN;
	start = fill_durations(outcome, evidence);
	fill_returned(outcome, evidence, nr, start);
	fill_pending(outcome, evidence, nr);
	fill_counters(outcome, evidence);
	fill_foreground(outcome, evidence->foreground);
	fill_machine(outcome, evidence);
	fill_phases(outcome, evidence);
	fill_locks(outcome, evidence);
	fill_names(outcome, evidence);
	return fill_times(outcome, evidence);
}
