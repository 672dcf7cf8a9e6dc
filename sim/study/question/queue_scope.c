// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * queue-scope: one queue for all producers, or one per CPU. The unit is the handle, as in the
 * proposal that was asked about, so that only the queue differs.
 */
#include <math.h>
#include <string.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	OVERFLOW = 6,
	CLASS_WAIT = 7,
	MOST_PER_CPU = 4,
};

static bool arm(struct study_arm *arm)
{
	arm->cfg.strategy.defer = strcmp(arm->cfg.strategies[0], "sync") ? ZRAMSIM_DEFER_HANDLE
									 : ZRAMSIM_DEFER_NONE;
	return arm->cfg.procs <= MOST_PER_CPU * study_cpus();
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double slots = study_slots(arm);

	values[OVERFLOW] = outcome->metrics[SIM_OVERFLOW_SLOTS] / slots;
	if (!strcmp(arm->cfg.strategies[0], "sync"))
		values[OVERFLOW] = 1;
	values[CLASS_WAIT] = study_lock_field(outcome, "class", SIM_LOCK_WAIT_NS) / slots;
}

static void say_exits(struct study *study, const char *procs)
{
	static const char *const words[] = {
		"the exit is shorter than with one queue per pool under",
		"the exit is longer than with one queue per pool under",
		"this run cannot tell the exit from that with one queue per pool for",
	};

	study_say_arms(study, "exit_ns", "strategy", study_with(procs).text, words, "procs=%s",
		       procs);
}

/* Fallbacks: a lost try-lock or a full queue per pool, and the budget in all of them. */
static void say_fallbacks(struct study *study, const char *procs)
{
	double per_pool = study_median(
		study, study_find_arm(study, "strategy=array procs=%s", procs), "overflow_share");
	struct study_range per_cpu = study_range(study, "overflow_share",
						 "strategy!=array strategy!=sync procs=%s", procs);

	if (!isnan(per_pool))
		study_say(study,
			  "With %s the queue per pool turned %.1f %% of the slots away, those per "
			  "CPU %.1f to %.1f %%.",
			  study_procs(procs).text, 100 * per_pool,
			  100 * study_median(study, per_cpu.low, "overflow_share"),
			  100 * study_median(study, per_cpu.high, "overflow_share"));
}

static void conclude(struct study *study)
{
	const char *const *procs = study_levels(study, "procs");
	unsigned int nr;

	for (nr = 0; procs[nr] && study_find_arm(study, "procs=%s", procs[nr]) >= 0; nr++)
		say_exits(study, procs[nr]);
	while (nr-- > 0)
		say_fallbacks(study, *procs++);
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
	/* The first level queues per pool; nothing queues without a queue. */
	.factors = {
		{ "strategy", { "array", "pcpu-stack", "pcpu-page", "bulk", "sync" } },
		{ "procs", { "1", "2", "4", "8", "16", "32", "64" } },
	},
	.fixed = { "scenario", "defer" },
	.quantities = {
		{ "exit_ns", NULL, NULL, 0 },
		{ "notify_ns.p50", NULL, NULL, 0 },
		{ "notify_ns.p99", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "overflow_slots", NULL, NULL, 0 },
		{ "miss_slots", NULL, NULL, 0 },
		[OVERFLOW] = { "overflow_share", "share", "slots freed at once over all slots",
				     -1 },
		[CLASS_WAIT] = { "class_wait_ns_per_slot", "ns", "wait for class locks per slot",
				 -1 },
	},
	.size_mib = 16,
	.arm = arm,
	.derive = derive,
	.against = "strategy",
	.conclude = conclude,
};
