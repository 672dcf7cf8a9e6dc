// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * total-work: a worker's time is somebody's time. What producers and workers spend together on a
 * slot, and how long a foreground task waits for memory, while other tasks want the processors.
 */
#include <stdio.h>
#include "sim/study/names.h"
#include "sim/study/registry.h"

enum {
	LOAD_FACTOR = 1,
};

static const struct study_factor factors[] = {
	{ "strategy", { "sync", "bitmap", "array", "pcpu-page", "bulk", NULL } },
	{ "load", { "idle", "half", "full", NULL } },
	{ "scenario", { "exit", "lmk", NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "hogs", "defer", NULL };

static const struct study_quantity quantities[] = {
	{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.producer", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.worker", NULL, NULL, 0 },
	{ "exit_ns", NULL, NULL, 0 },
	{ "alloc_wait_ns", NULL, NULL, 0 },
	{ "alloc_stall_ns.max", NULL, NULL, 0 },
	{ NULL, NULL, NULL, 0 },
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->size_bytes = 64ull << 20;
}

/* Half: a hog for every second processor; full: one for each. */
static bool arm(struct study_arm *arm)
{
	const unsigned int hogs[] = { 0, study_cpus() / 2, study_cpus() };

	arm->cfg.hogs = hogs[arm->level[LOAD_FACTOR]];
	return arm->cfg.hogs || !arm->level[LOAD_FACTOR];
}

static int baseline(const struct study *study, unsigned int i)
{
	return study_same_but(study, i, "strategy");
}

/* How the arms of a scenario and a load compare with sync: less, more, or not to be told. */
static void say(struct study *study, const char *scenario, const char *key, unsigned int load,
		const char *const words[3])
{
	static const char *const loads[] = { "idle", "half", "full" };
	static const char *const whiles[] = { "On an idle machine,",
					      "With a hog on every second processor,",
					      "With a hog on every processor," };
	char levels[48];

	snprintf(levels, sizeof(levels), "scenario=%s load=%s", scenario, loads[load]);
	study_say_arms(study, key, levels, "strategy", whiles[load], words);
}

static void conclude(struct study *study)
{
	static const char *const work[] = {
		"less processor time is spent on a slot in all than with sync under",
		"more processor time is spent on a slot in all than with sync under",
		"this run cannot tell whether the work grows or shrinks under",
	};
	static const char *const wait[] = {
		"the foreground has its memory sooner than with sync under",
		"the foreground waits longer for its memory than with sync under",
		"this run cannot tell whether the foreground waits longer under",
	};
	unsigned int load;

	for (load = 0; load < 3; load++)
		say(study, "exit", "cpu_ns_per_slot.total", load, work);
	for (load = 0; load < 3; load++)
		say(study, "lmk", "alloc_wait_ns", load, wait);
}

const struct study_ops study_total_work = {
	.name = "total-work",
	.refs = "Q2",
	.asked = "Kairui Song, 2026-04-30",
	.question = "If the total work is unchanged, do the workers hurt under pressure?",
	.runs = "exit and lmk with and without deferral while none, half and all of the processors "
		"have a hog: processor time of producers and workers per slot, and the wait of the "
		"foreground",
	.limits = "how much a worker on a processor of its own disturbs the others: here every "
		  "worker shares its processor with a producer, the foreground or a hog",
	.limits_below = 3,
	.factors = factors,
	.fixed = fixed,
	.quantities = quantities,
	.defaults = defaults,
	.arm = arm,
	.baseline = baseline,
	.conclude = conclude,
};
