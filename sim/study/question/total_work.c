// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * total-work: a worker's time is somebody's time. What producers and workers spend together on a
 * slot, and how long a foreground task waits for memory, while other tasks want the processors.
 */
#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	LOAD_FACTOR = 1,
};

/* Half: a hog for every second processor; full: one for each. */
static bool arm(struct study_arm *arm)
{
	const unsigned int hogs[] = { 0, study_cpus() / 2, study_cpus() };

	arm->cfg.hogs = hogs[arm->level[LOAD_FACTOR]];
	return arm->cfg.hogs || !arm->level[LOAD_FACTOR];
}

/* How the arms of a scenario and a load compare with sync: less, more, or not to be told. */
static void say(struct study *study, const char *scenario, const char *key,
		const char *const words[3])
{
	static const char *const whiles[] = { "On an idle machine,",
					      "With a hog on every second processor,",
					      "With a hog on every processor," };
	const char *const *load = study_levels(study, "load");
	unsigned int i;

	for (i = 0; load[i]; i++)
		study_say_arms(study, key, "strategy", whiles[i], words, "scenario=%s load=%s",
			       scenario, load[i]);
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

	say(study, "exit", "cpu_ns_per_slot.total", work);
	say(study, "lmk", "alloc_wait_ns", wait);
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
	.factors = {
		{ "strategy", { "sync", "bitmap", "array", "pcpu-page", "bulk" } },
		[LOAD_FACTOR] = { "load", { "idle", "half", "full" } },
		{ "scenario", { "exit", "lmk" } },
	},
	.fixed = { "hogs", "defer" },
	.quantities = {
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.producer", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.worker", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "alloc_wait_ns", NULL, NULL, 0 },
		{ "alloc_stall_ns.max", NULL, NULL, 0 },
	},
	.arm = arm,
	.against = "strategy",
	.conclude = conclude,
};
