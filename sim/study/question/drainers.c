// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * drainers: how many workers free what a number of processes leave behind, and whether more of
 * them only wait for each other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/names.h"
#include "sim/study/registry.h"

enum {
	WORKERS_FACTOR,
	PROCS_FACTOR,
	MOST_PER_CPU = 4,
};

enum {
	CLASS_WAIT = 4,
	CLASS_BUSY = 5,
};

static const struct study_factor factors[] = {
	[WORKERS_FACTOR] = { "workers", { "1", "2", "4", "8", "16", "percpu", NULL } },
	[PROCS_FACTOR] = { "procs", { "1", "2", "4", "8", "16", "32", "64", NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "scenario", NULL };

static const struct study_quantity quantities[] = {
	{ "exit_ns", NULL, NULL, 0 },
	{ "returned_ns.p90", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
	{ "held_peak_bytes", NULL, NULL, 0 },
	[CLASS_WAIT] = { "class_wait_ns_per_slot", "ns", "wait for class locks per slot", -1 },
	[CLASS_BUSY] = { "class_contended_share", "share",
			 "class locks that were busy over those taken", -1 },
	{ "overflow_slots", NULL, NULL, 0 },
	{ NULL, NULL, NULL, 0 },
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->size_bytes = 32ull << 20;
}

/* More workers than twice the processors are not told from fewer. */
static bool arm(struct study_arm *arm)
{
	arm->cfg.strategies[0] = "pcpu-page";
	arm->cfg.nr_strategies = 1;
	return arm->cfg.procs <= MOST_PER_CPU * study_cpus() &&
	       arm->cfg.strategy.nr_workers <= 2 * study_cpus();
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double slots = (double)(arm->cfg.size_bytes / arm->cfg.page_bytes * arm->cfg.procs);
	double taken = study_lock_field(outcome, "class", SIM_LOCK_ACQUISITIONS);

	values[CLASS_WAIT] = study_lock_field(outcome, "class", SIM_LOCK_WAIT_NS) / slots;
	if (taken > 0)
		values[CLASS_BUSY] = study_lock_field(outcome, "class", SIM_LOCK_CONTENDED) / taken;
}

static int baseline(const struct study *study, unsigned int i)
{
	return study_same_but(study, i, "workers");
}

static void say_quantity(struct study *study, const char *procs, const char *key,
			 const char *const words[3])
{
	char levels[32];

	snprintf(levels, sizeof(levels), "procs=%s", procs);
	study_say_arms(study, key, levels, "workers", study_with(procs).text, words);
}

/* The wait for class locks, of all arms with several workers, where there is any. */
static void say_wait(struct study *study)
{
	struct zramsim_value wait, most = { 0 }, one = { 0 };
	unsigned int i, worst = 0;
	int base;

	for (i = 0; i < study_nr_arms(study); i++) {
		wait = study_value(study, i, "class_wait_ns_per_slot");
		if (wait.nr && (!most.nr || wait.median > most.median)) {
			most = wait;
			worst = i;
		}
	}
	if (!most.nr)
		return;
	base = study_baseline(study, worst);
	if (base >= 0)
		one = study_value(study, (unsigned int)base, "class_wait_ns_per_slot");
	study_say(study,
		  "The longest wait for class locks is %.1f ns per slot (%.1f to %.1f), with %s "
		  "workers and %s processes; with one worker there it is %.1f ns (%.1f to %.1f).",
		  most.median, most.min, most.max, study_level(study, worst, "workers"),
		  study_level(study, worst, "procs"), one.median, one.min, one.max);
}

static void conclude(struct study *study)
{
	static const char *const back[] = {
		"90 % of the memory is back sooner than with one worker when they are",
		"90 % of the memory is back later than with one worker when they are",
		("this run cannot tell whether 90 % of the memory is back sooner than with one "
		 "worker when they are"),
	};
	static const char *const exits[] = {
		"the exit is shorter than with one worker when they are",
		"the exit is longer than with one worker when they are",
		("this run cannot tell whether the exit is shorter than with one worker when they "
		 "are"),
	};
	const struct study_factor *procs = &factors[PROCS_FACTOR];
	unsigned int l;

	for (l = 0; procs->levels[l]; l++) {
		if ((unsigned int)atoi(procs->levels[l]) > MOST_PER_CPU * study_cpus())
			continue;
		say_quantity(study, procs->levels[l], "returned_ns.p90", back);
		say_quantity(study, procs->levels[l], "exit_ns", exits);
	}
	say_wait(study);
}

const struct study_ops study_drainers = {
	.name = "drainers",
	.refs = "Q4, Q12",
	.asked = "Barry Song, 2026-04-17; Barry Song, 2024-09-09",
	.question =
		"Do several drainers bring the contention back, and how many are right for many "
		"exiting processes?",
	.runs = "exits of 1 to 64 processes, at most four per processor, drained by 1 to 16 "
		"unbound workers, at most two per processor, or by one bound to each CPU",
	.limits = "how drainers contend with each other: while producers run there is hardly a "
		  "processor left for a second worker",
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
