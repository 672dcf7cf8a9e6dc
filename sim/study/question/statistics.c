// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * statistics: zram counts notifications, stored pages and bytes in single words that all CPUs
 * write. What counters per CPU would give the kernel, with and without a strategy.
 */
#include <math.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	MOST_PER_CPU = 1,
};

/* Producers that take turns do not meet at a word. */
static bool arm(struct study_arm *arm)
{
	return arm->cfg.procs <= MOST_PER_CPU * study_cpus();
}

/* Where the lines that move are counted, say how many fewer do. */
static void say_lines(struct study *study, const char *procs)
{
	int shared = study_find_arm(study, "procs=%s", procs);
	int percpu = study_find_arm(study, "stats=percpu procs=%s", procs);
	double lines = study_median(study, shared, "line_transfers");

	if (!isnan(lines))
		study_say(study,
			  "%s %.2f lines move between CPUs per slot under sync, and %.2f with "
			  "counters per CPU.",
			  study_with(procs).text, lines,
			  study_median(study, percpu, "line_transfers"));
}

static void conclude(struct study *study)
{
	static const struct {
		const char *key, *words[3];
	} told[] = {
		{ "exit_ns",
		  { "the exit is shorter with counters per CPU than with shared ones under",
		    "the exit is longer with counters per CPU than with shared ones under",
		    "this run cannot tell the exit with counters per CPU from that with shared "
		    "ones under" } },
		{ "cpu_ns_per_slot.total",
		  { "counters per CPU take less processor time under",
		    "counters per CPU take more processor time under",
		    "this run cannot tell whether counters per CPU take less processor time "
		    "under" } },
	};
	const char *const *procs;
	unsigned int i;

	for (procs = study_levels(study, "procs");
	     *procs && study_find_arm(study, "procs=%s", *procs) >= 0; procs++) {
		for (i = 0; i < 2; i++)
			study_say_arms(study, told[i].key, "strategy", study_with(*procs).text,
				       told[i].words, "procs=%s", *procs);
		say_lines(study, *procs);
	}
}

const struct study_ops study_statistics = {
	.name = "statistics",
	.refs = "Q20",
	.asked = "zramsim itself, 2026-11-28",
	.question = "What would counters per CPU give the kernel, whose statistics are single "
		    "words that all CPUs write?",
	.runs = "exits of 1 to 64 processes, at most one per processor, with shared statistics "
		"and with those of each CPU: exit time, processor time, and on a virtual machine "
		"lines that move",
	.limits = "what shared words cost where many processors write them; "
		  "use --machine server-128",
	.limits_below = 8,
	.factors = {
		{ "stats", { "shared", "percpu" } },
		{ "strategy", { "sync", "bitmap", "pcpu-page" } },
		{ "procs", { "1", "2", "4", "8", "16", "32", "64" } },
	},
	.fixed = { "scenario" },
	.quantities = {
		{ "exit_ns", NULL, NULL, 0 },
		{ "notify_ns.p50", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "atomics", NULL, NULL, 0 },
		{ "line_transfers", NULL, NULL, 0 },
	},
	/* Small, as 64 processes of a virtual machine take their time, one after the other. */
	.size_mib = 4,
	.nr_runs = 5,
	.arm = arm,
	.against = "stats",
	.conclude = conclude,
};
