// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * drainers: how many workers free what a number of processes leave behind, and whether more of
 * them only wait for each other.
 */
#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	CLASS_WAIT = 4,
	CLASS_BUSY = 5,
	MOST_PER_CPU = 4,
};

/* More workers than twice the processors are not told from fewer. */
static bool arm(struct study_arm *arm)
{
	return arm->cfg.procs <= MOST_PER_CPU * study_cpus() &&
	       arm->cfg.strategy.nr_workers <= 2 * study_cpus();
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double taken = study_lock_field(outcome, "class", SIM_LOCK_ACQUISITIONS);
	double wait_ns = study_lock_field(outcome, "class", SIM_LOCK_WAIT_NS);

	values[CLASS_WAIT] = wait_ns / study_slots(arm);
	if (taken > 0)
		values[CLASS_BUSY] = study_lock_field(outcome, "class", SIM_LOCK_CONTENDED) / taken;
}

/* The wait for class locks, of all arms with several workers, where there is any. */
static void say_wait(struct study *study)
{
	static const char key[] = "class_wait_ns_per_slot";
	int worst = study_range(study, key, " ").high;
	struct zramsim_value most, one;

	if (worst < 0)
		return;
	most = study_value(study, worst, key);
	one = study_value(study, study_baseline(study, worst), key);
	study_say(study,
		  "The longest wait for class locks is %.1f ns per slot (repeats from %.1f to "
		  "%.1f), with %s workers and %s processes; with one worker there it is %.1f ns "
		  "(repeats from %.1f to %.1f).",
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
	const char *const *procs;

	for (procs = study_levels(study, "procs"); *procs; procs++) {
		study_say_arms(study, "returned_ns.p90", "workers", study_with(*procs).text, back,
			       "procs=%s", *procs);
		study_say_arms(study, "exit_ns", "workers", study_with(*procs).text, exits,
			       "procs=%s", *procs);
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
	.factors = {
		{ "workers", { "1", "2", "4", "8", "16", "percpu" } },
		{ "procs", { "1", "2", "4", "8", "16", "32", "64" } },
	},
	.fixed = { "scenario" },
	.quantities = {
		{ "exit_ns", NULL, NULL, 0 },
		{ "returned_ns.p90", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "held_peak_bytes", NULL, NULL, 0 },
		[CLASS_WAIT] = { "class_wait_ns_per_slot", "ns", "wait for class locks per slot",
				 -1 },
		[CLASS_BUSY] = { "class_contended_share", "share",
				 "class locks that were busy over those taken", -1 },
		{ "overflow_slots", NULL, NULL, 0 },
	},
	.size_mib = 32,
	.strategy = "pcpu-page",
	.arm = arm,
	.derive = derive,
	.against = "workers",
	.conclude = conclude,
};
