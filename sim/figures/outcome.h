/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * outcome: what one repeat has measured, worked out from what was written down meanwhile.
 */
#ifndef SIM_FIGURES_OUTCOME_H
#define SIM_FIGURES_OUTCOME_H

#include "phase.h"
#include "sim/figures/machine_stat.h"
#include "sim/figures/metrics.h"
#include "sim/figures/result.h"
#include "sim/run/compactor.h"
#include "sim/scenario/scenario.h"
#include "zfree/zfree.h"

/**
 * struct sim_lock_count - one lock in one repeat
 * @name:	see &struct sim_lock
 * @kind:	see there
 * @fields:	by sim_lock_field
 */
struct sim_lock_count {
	const char *name;
	const char *kind;
	double fields[SIM_LOCK_FIELDS];
};

/**
 * struct sim_phase_count - one phase of one role in one repeat
 * @fields:	by sim_phase_field
 */
struct sim_phase_count {
	double fields[SIM_PHASE_FIELDS];
};

/**
 * struct sim_foreground - what the task that allocates at once has met with
 * @wait_ns:	from its first request until it had all it asked for
 * @pages:	it was given
 * @stall_ns_max: longest wait for one of them
 * @reclaimed:	pages it has swapped out to get them: slots written
 * @drains:	times what was pending was drained because an allocation had failed
 */
struct sim_foreground {
	u64 wait_ns;
	u64 pages;
	u64 stall_ns_max;
	u64 reclaimed;
	u64 drains;
};

/**
 * struct sim_outcome - one repeat
 * @metrics:	by sim_metric_id; NaN where a metric has no meaning
 * @after_fill:	mm_stat after the fill
 * @end:	mm_stat at the end
 * @unit:	"slot", "handle" or "none"
 * @batch:	"none", "runs" or "sorted"
 * @defer:	"none", "zspage", "handle" or "slot"
 * @preset_slots: see &struct sim_strategy_result
 * @locks:	per lock
 * @nr_locks:	entries in @locks
 * @phases:	by role and by number of the phase, see sim/figures/metrics.h; zeros where
 *		nothing was timed
 * @curve:	memory returned over time
 * @nr_points:	entries in @curve
 * @compaction:	what a thread that compacts has done; zeros if there was none
 * @machine:	what the virtual machine has counted
 * @residue:	items nothing but an explicit drain would have freed
 * @failed:	operations that failed for want of memory
 * @marks_lost:	there was more to note than room for it
 * @disturbed:	a processor, or its core, was shared with somebody else, or the process was stopped
 * @stopped_ns:	time in which the process, or its machine, stood still; 0 if it did not
 */
struct sim_outcome {
	double metrics[SIM_NR_METRICS];
	struct zramsim_stat after_fill;
	struct zramsim_stat end;
	const char *unit;
	const char *batch;
	const char *defer;
	u32 preset_slots;
	struct sim_lock_count locks[SIM_MAX_LOCKS];
	unsigned int nr_locks;
	struct sim_phase_count phases[SIM_NR_ROLES][KC_MAX_PHASES];
	struct sim_point curve[SIM_CURVE_POINTS];
	unsigned int nr_points;
	struct sim_compaction compaction;
	struct sim_machine_stat machine;
	u64 residue;
	u64 failed;
	bool marks_lost;
	bool disturbed;
	u64 stopped_ns;
};

/**
 * struct sim_evidence - what an outcome is worked out from
 * @world:	what the repeat started from
 * @cfg:	configuration of the repeat; NULL: that of @world
 * @zram:	device, quiescent
 * @zfree:	strategy, still attached
 * @recorder:	marks
 * @producers:	[nr_producers]
 * @nr_producers: processes
 * @clock_ns:	cost of one reading of the clock
 * @held_start:	pages held before the first zap
 * @held_drained: pages held at the end, after an explicit drain
 * @stats:	the strategy's counters after it
 * @miss_slots:	notifications that found the slot locked
 * @stranded_slots: slots that nobody uses and that still hold something
 * @late_slots:	slots that were dropped and not notified yet
 * @slot_lock:	what had happened to the slot locks before the first zap
 * @foreground:	what a task that allocates has met with, or NULL
 * @machine:	what the virtual machine has counted
 */
struct sim_evidence {
	const struct sim_world *world;
	const struct zramsim_config *cfg;
	struct zram *zram;
	struct zfree *zfree;
	struct sim_recorder *recorder;
	const struct sim_producer *producers;
	u32 nr_producers;
	double clock_ns;
	u64 held_start;
	u64 held_drained;
	struct zfree_stats stats;
	u64 miss_slots;
	u64 stranded_slots;
	u64 late_slots;
	struct kc_lock_stat slot_lock;
	const struct sim_foreground *foreground;
	struct sim_machine_stat machine;
};

/**
 * sim_outcome_fill() - work out the metrics, locks and the curve
 * @outcome:	filled in, but for the mm_stats and what the caller knows best
 * @evidence:	quiescent
 * Return:	0 or -ENOMEM.
 */
int sim_outcome_fill(struct sim_outcome *outcome, const struct sim_evidence *evidence);

#endif
