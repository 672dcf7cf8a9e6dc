// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * return-time: a process that exits sooner has not given its memory back sooner. When half, 90
 * and 99 percent of it are back, next to the exit time, for every way of deferring.
 */
#include "sim/study/registry.h"
#include "sim/study/wording.h"

/* What is compared with sync, and what is said of it. */
static const struct {
	const char *key;
	const char *words[3];
} told[] = {
	{ "exit_ns",
	  { "Processes exited sooner than with sync under",
	    "Processes exited later than with sync under",
	    "Whether processes exited sooner or later than with sync this run cannot tell for" } },
	{ "returned_ns.p50",
	  { "Half of the memory was back sooner than with sync under",
	    "Half of the memory was back later than with sync under",
	    "Whether half of the memory was back sooner or later than with sync this run cannot "
	    "tell for" } },
	{ "returned_ns.p90",
	  { "90 % of the memory was back sooner than with sync under",
	    "90 % of the memory was back later than with sync under",
	    "Whether 90 % of the memory was back sooner or later than with sync this run cannot "
	    "tell for" } },
	{ "returned_ns.p99",
	  { "99 % of the memory was back sooner than with sync under",
	    "99 % of the memory was back later than with sync under",
	    "Whether 99 % of the memory was back sooner or later than with sync this run cannot "
	    "tell for" } },
};

/* What is not enough to wake the worker is left until the flush. */
static void say_residue(struct study *study)
{
	struct study_names late = { 0 };
	unsigned int flush_ms = study_arm(study, 0)->cfg.strategy.flush_ms;
	int i;

	for (i = 1; i < study_nr_arms(study); i++) {
		if (study_median(study, i, "returned_ns.p100") >= flush_ms * 1e6)
			study_names_add(&late, "%s", study_level(study, i, "strategy"));
	}
	if (late.nr)
		study_say(study,
			  "A last part that was not enough to wake the worker waited for the flush "
			  "after %u ms under %s.",
			  flush_ms, late.text);
}

static void conclude(struct study *study)
{
	static const char *const columns[] = { "strategy",	  "exit_ns",
					       "returned_ns.p50", "returned_ns.p90",
					       "returned_ns.p99", NULL };
	double cells[4];
	unsigned int c;
	int i;

	study_table(study, "ratios", "median over that of sync", columns);
	for (i = 1; i < study_nr_arms(study); i++) {
		for (c = 0; c < 4; c++)
			cells[c] = study_ratio(study, i, 0, columns[c + 1]).ratio;
		study_row(study, cells, "%s", study_level(study, i, "strategy"));
	}
	for (c = 0; c < 4; c++)
		study_say_arms(study, told[c].key, "strategy", NULL, told[c].words, " ");
	say_residue(study);
}

const struct study_ops study_return_time = {
	.name = "return-time",
	.refs = "Q17",
	.asked = "Barry Song, 2024-09-04",
	.question = "Does deferral slow the return of compressed memory?",
	.runs = "exit with every strategy: time until half, 90 % and 99 % of the memory is back, "
		"next to the exit time",
	.limits = "with a processor for the process and one for the worker, memory comes back "
		  "while the process still exits; what happens when they share one, or when many "
		  "processes feed one worker, this machine cannot show",
	.limits_below = 2,
	.factors = {
		{ "strategy",
		  { "sync", "bitmap", "hbitmap", "radix", "array", "pcpu-stack", "pcpu-page",
		    "bulk" } },
	},
	.fixed = { "scenario", "defer", "batch" },
	.quantities = {
		{ "exit_ns", NULL, NULL, 0 },
		{ "returned_ns.p50", NULL, NULL, 0 },
		{ "returned_ns.p90", NULL, NULL, 0 },
		{ "returned_ns.p99", NULL, NULL, 0 },
		{ "returned_ns.p100", NULL, NULL, 0 },
		{ "held_byte_seconds", NULL, NULL, 0 },
	},
	.conclude = conclude,
};
