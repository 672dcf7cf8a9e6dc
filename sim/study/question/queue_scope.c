// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * queue-scope: one queue for all producers, or one per CPU. The unit is the handle, as in the
 * proposal that was asked about, so that only the queue differs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "sim/study/names.h"
#include "sim/study/registry.h"

enum {
	PROCS_FACTOR = 1,
	MOST_PER_CPU = 4,
};

enum {
	OVERFLOW_SHARE = 6,
	CLASS_WAIT = 7,
};

/* The first level queues per pool; nothing queues without a queue. */
static const struct study_factor factors[] = {
	{ "strategy", { "array", "pcpu-stack", "pcpu-page", "bulk", "sync", NULL } },
	{ "procs", { "1", "2", "4", "8", "16", "32", "64", NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "scenario", "defer", NULL };

static const struct study_quantity quantities[] = {
	{ "exit_ns", NULL, NULL, 0 },
	{ "notify_ns.p50", NULL, NULL, 0 },
	{ "notify_ns.p99", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
	{ "overflow_slots", NULL, NULL, 0 },
	{ "miss_slots", NULL, NULL, 0 },
	[OVERFLOW_SHARE] = { "overflow_share", "share", "slots freed at once over all slots", -1 },
	[CLASS_WAIT] = { "class_wait_ns_per_slot", "ns", "wait for class locks per slot", -1 },
	{ NULL, NULL, NULL, 0 },
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->size_bytes = 16ull << 20;
}

static bool arm(struct study_arm *arm)
{
	arm->cfg.strategy.defer = strcmp(arm->cfg.strategies[0], "sync") ? ZRAMSIM_DEFER_HANDLE
									 : ZRAMSIM_DEFER_NONE;
	return arm->cfg.procs <= MOST_PER_CPU * study_cpus();
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double slots = (double)(arm->cfg.size_bytes / arm->cfg.page_bytes * arm->cfg.procs);

	values[OVERFLOW_SHARE] = outcome->metrics[SIM_OVERFLOW_SLOTS] / slots;
	if (!strcmp(arm->cfg.strategies[0], "sync"))
		values[OVERFLOW_SHARE] = 1;
	values[CLASS_WAIT] = study_lock_field(outcome, "class", SIM_LOCK_WAIT_NS) / slots;
}

static int baseline(const struct study *study, unsigned int i)
{
	return study_same_but(study, i, "strategy");
}

static void say_procs(struct study *study, const char *procs)
{
	static const char *const words[] = {
		"the exit is shorter than with one queue per pool under",
		"the exit is longer than with one queue per pool under",
		"this run cannot tell the exit from that with one queue per pool for",
	};
	char levels[32];

	snprintf(levels, sizeof(levels), "procs=%s", procs);
	study_say_arms(study, "exit_ns", levels, "strategy", study_with(procs).text, words);
}

/* The smallest and the largest share that queues per CPU turn away with as many processes. */
static void per_cpu_shares(const struct study *study, const char *procs, double *least,
			   double *most)
{
	struct zramsim_value share;
	char levels[64];
	unsigned int s;
	int i;

	*least = INFINITY;
	*most = 0;
	for (s = 1; strcmp(factors[0].levels[s], "sync"); s++) {
		snprintf(levels, sizeof(levels), "strategy=%s procs=%s", factors[0].levels[s],
			 procs);
		i = study_find_arm(study, levels);
		if (i < 0)
			continue;
		share = study_value(study, (unsigned int)i, "overflow_share");
		*least = min(*least, share.nr ? share.median : *least);
		*most = max(*most, share.nr ? share.median : *most);
	}
}

/* Fallbacks: a lost try-lock or a full queue per pool, and the budget in all of them. */
static void say_fallbacks(struct study *study)
{
	struct zramsim_value share;
	double least, most;
	const char *procs;
	unsigned int i;

	for (i = 0; i < study_nr_arms(study); i++) {
		share = study_value(study, i, "overflow_share");
		if (!share.nr || !study_matches(study, i, "strategy=array"))
			continue;
		procs = study_level(study, i, "procs");
		per_cpu_shares(study, procs, &least, &most);
		study_say(study,
			  "With %s %s the queue per pool turned %.1f %% of the slots away, those "
			  "per CPU %.1f to %.1f %%.",
			  procs, strcmp(procs, "1") ? "processes" : "process", 100 * share.median,
			  100 * least, 100 * most);
	}
}

static void conclude(struct study *study)
{
	const struct study_factor *procs = &factors[PROCS_FACTOR];
	unsigned int l;

	for (l = 0; procs->levels[l]; l++) {
		if ((unsigned int)atoi(procs->levels[l]) <= MOST_PER_CPU * study_cpus())
			say_procs(study, procs->levels[l]);
	}
	say_fallbacks(study);
}

const struct study_ops study_queue_scope = {
	.name = "queue-scope",
	.refs = "Q3",
	.asked = "Nhat Pham, 2026-04-21",
	.question = "Does a queue per pool lose concurrency against a queue per CPU?",
	.runs = "exits of 1 to 64 processes, at most four per processor, whose handles are queued "
		"per pool or per CPU: exit time, fallbacks, lost locks and wait for class locks",
	.limits = "what the queue per pool costs when many processors append to it at once: two "
		  "producers and a worker are the most that can meet here",
	.limits_below = 4,
	.factors = factors,
	.fixed = fixed,
	.quantities = quantities,
	.defaults = defaults,
	.arm = arm,
	.derive = derive,
	.baseline = baseline,
	.conclude = conclude,
};
