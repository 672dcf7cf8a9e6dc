// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * starved-worker: what is held, and for how long, when workers hardly get to run.
 *
 * Workers are kept away in two ways: each time one is woken it stays off its processor for a
 * while, as behind a real-time task; or it competes at nice 19 with threads that only burn
 * time. sync, which has no workers, is the reference for what the exit itself costs.
 */
#include <math.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

/* Factors by number, and quantities. */
enum {
	STRATEGY,
	STARVED,
	BUDGET,
	HELD_OF_BUDGET = 0,
	OVERFLOW_SHARE,
};

/** struct starvation - a way to keep workers away */
struct starvation {
	u32 delay_us;
	int nice;
	u32 hogs;
};

static const struct starvation starvations[] = {
	{ 0 },
	{ .delay_us = 1000 },
	{ .delay_us = 10000 },
	{ .delay_us = 100000 },
	{ .nice = 19, .hogs = 2 },
};

static bool arm(struct study_arm *arm)
{
	const struct starvation *how = &starvations[arm->level[STARVED]];
	bool sync = arm->level[STRATEGY] == 1, rfc = arm->level[STRATEGY] == 2;

	arm->cfg.strategy.worker_delay_us = how->delay_us;
	arm->cfg.strategy.worker_nice = how->nice;
	arm->cfg.hogs = how->hogs;
	/* No workers: only the hogs matter. A budget of its own: only one level of it. */
	if (sync)
		return !arm->level[BUDGET] && !how->delay_us;
	return !rfc || !arm->level[BUDGET];
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	const struct zramsim_config *cfg = &arm->cfg;

	if (outcome->unit[0] != 'n')
		values[OVERFLOW_SHARE] = outcome->metrics[SIM_OVERFLOW_SLOTS] / study_slots(arm);
	/* rfc has a budget of its own, sync none. */
	if (arm->level[STRATEGY] != 1 && arm->level[STRATEGY] != 2)
		values[HELD_OF_BUDGET] = outcome->metrics[SIM_QUEUED_PEAK_SLOTS] * cfg->page_bytes /
					 (double)cfg->strategy.budget_bytes;
}

static void say_bound(struct study *study)
{
	double most = 0;
	int i, arm = -1;

	for (i = 0; i < study_nr_arms(study); i++) {
		struct zramsim_value held = study_value(study, i, "held_of_budget");

		if (held.nr && (arm < 0 || held.max > most)) {
			most = held.max;
			arm = i;
		}
	}
	if (arm < 0)
		return;
	if (most <= 1)
		study_say(study,
			  "The budget is a bound on what is held however workers are starved: the "
			  "fullest it ever was is %s of it (%s, starved %s, budget %s).",
			  study_percent(most).text, study_level(study, arm, "strategy"),
			  study_level(study, arm, "starved"), study_level(study, arm, "budget"));
	else
		study_say(study,
			  "The budget did not hold: %s, starved %s, with a budget of %s had %s of "
			  "it pending.",
			  study_level(study, arm, "strategy"), study_level(study, arm, "starved"),
			  study_level(study, arm, "budget"), study_percent(most).text);
}

/* One strategy against itself with workers that run when they are woken. */
static void say_starved(struct study *study, const char *name, const char *how)
{
	int calm = study_find_arm(study, "strategy=%s budget=64M", name);
	int arm = study_find_arm(study, "strategy=%s starved=%s budget=64M", name, how);
	struct zramsim_value age, wait, held;

	if (calm < 0 || arm < 0)
		return;
	age = study_ratio(study, arm, calm, "oldest_queued_ns");
	held = study_ratio(study, arm, calm, "held_byte_seconds");
	wait = study_ratio(study, arm, calm, "exit_ns");
	study_say(study,
		  "%s, starved %s: the oldest entry waits %s instead of %s (%s), the memory held "
		  "over time is %s (%s), and the exit takes %s its time (%s); %s of the slots "
		  "find no room.",
		  name, how, study_ns(study_median(study, arm, "oldest_queued_ns")).text,
		  study_ns(study_median(study, calm, "oldest_queued_ns")).text,
		  study_pick(age, "shorter", "this run cannot tell", "longer"),
		  study_times(held).text, study_pick(held, "less", "this run cannot tell", "more"),
		  study_times(wait).text,
		  study_pick(wait, "faster", "this run cannot tell", "slower"),
		  study_percent(study_median(study, arm, "overflow_share")).text);
}

static void say_sync(struct study *study)
{
	int sync = study_find_arm(study, "strategy=sync"), arm;
	const char *const *name = study_levels(study, "strategy");
	unsigned int faster = 0, slower = 0, nr = 0;
	struct zramsim_value ratio;

	for (; *name; name++) {
		arm = study_find_arm(study, "strategy=%s starved=100ms", *name);
		if (arm < 0)
			continue;
		ratio = study_ratio(study, arm, sync, "exit_ns");
		faster += study_sign(ratio) == STUDY_LESS;
		slower += study_sign(ratio) == STUDY_MORE;
		nr++;
	}
	study_say(study,
		  "Against sync, with workers 100 ms late and a budget of 16M (rfc: its own), the "
		  "exit is still faster with %u of %u strategies and slower with %u.",
		  faster, nr, slower);
}

static void conclude(struct study *study)
{
	say_bound(study);
	say_starved(study, "bitmap", "100ms");
	say_starved(study, "pcpu-page", "100ms");
	say_starved(study, "bulk", "100ms");
	say_starved(study, "bulk", "hogs");
	say_sync(study);
}

const struct study_ops study_starved_worker = {
	.name = "starved-worker",
	.refs = "Q11",
	.asked = "Andrew Morton, 2024-07-31",
	.question = "What happens to memory that was left to a worker when the worker gets no "
		    "processor?",
	.runs = "an exit with workers that start late, or at nice 19 beside hogs; a small and a "
		"large budget",
	.limits =
		"hogs, producer and workers share few processors, so the hogs slow the exit itself "
		"as well; compare with sync beside hogs",
	.limits_below = 4,
	.factors = {
		{ "strategy", { "bitmap", "sync", "rfc", "pcpu-page", "bulk" } },
		{ "starved", { "no", "1ms", "10ms", "100ms", "hogs" } },
		{ "budget", { "16M", "64M" } },
	},
	.fixed = { "scenario", "worker-delay", "worker-nice", "hogs" },
	.quantities = {
		[HELD_OF_BUDGET] = { "held_of_budget", "share",
				     "most that was pending over the budget, both uncompressed",
				     -1 },
		[OVERFLOW_SHARE] = { "overflow_share", "share",
				     "slots freed at once for want of room over all slots", -1 },
		{ "held_peak_bytes", NULL, NULL, 0 },
		{ "held_byte_seconds", NULL, NULL, 0 },
		{ "oldest_queued_ns", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "notify_ns.p99", NULL, NULL, 0 },
		{ "returned_ns.p99", NULL, NULL, 0 },
	},
	.size_mib = 96,
	.nr_runs = 5,
	.arm = arm,
	.derive = derive,
	.conclude = conclude,
};
