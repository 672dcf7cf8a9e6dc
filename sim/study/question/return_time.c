// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * return-time: a process that exits sooner has not given its memory back sooner. When half, 90
 * and 99 percent of it are back, next to the exit time, for every way of deferring.
 */
#include <stdio.h>

#include "sim/study/names.h"
#include "sim/study/registry.h"

static const struct study_factor factors[] = {
	{ "strategy",
	  { "sync", "bitmap", "hbitmap", "radix", "array", "pcpu-stack", "pcpu-page", "bulk",
	    NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "scenario", "defer", "batch", NULL };

static const struct study_quantity quantities[] = {
	{ "exit_ns", NULL, NULL, 0 },
	{ "returned_ns.p50", NULL, NULL, 0 },
	{ "returned_ns.p90", NULL, NULL, 0 },
	{ "returned_ns.p99", NULL, NULL, 0 },
	{ "returned_ns.p100", NULL, NULL, 0 },
	{ "held_byte_seconds", NULL, NULL, 0 },
	{ NULL, NULL, NULL, 0 },
};

static const char *const shares[] = { "returned_ns.p50", "returned_ns.p90", "returned_ns.p99" };
static const char *const share_words[] = { "half", "90 %", "99 %" };

/* How each strategy compares with sync in one quantity. */
static void compare(struct study *study, const char *key, struct study_group *group)
{
	struct zramsim_value ratio;
	unsigned int i;

	for (i = 1; i < study_nr_arms(study); i++) {
		ratio = study_ratio(study, (int)i, 0, key);
		study_group_add(group, &ratio, study_level(study, i, "strategy"));
	}
}

static void say_share(struct study *study, const char *key, const char *share)
{
	struct study_group group = { 0 };
	char less[128], more[128], unsure[160];

	compare(study, key, &group);
	snprintf(less, sizeof(less), "%s of the memory was back sooner than with sync under",
		 share);
	snprintf(more, sizeof(more), "%s of the memory was back later than with sync under", share);
	snprintf(unsure, sizeof(unsure),
		 "Whether %s of the memory was back sooner or later than with sync this run cannot "
		 "tell for",
		 share);
	if (less[0] == 'h')
		less[0] = more[0] = 'H';
	study_say_group(study, &group, less, more, unsure);
}

/* What is not enough to wake the worker is left until the flush. */
static void say_residue(struct study *study)
{
	struct study_names late = { 0 };
	struct zramsim_value back;
	unsigned int i, flush_ms = study_arm(study, 0)->cfg.strategy.flush_ms;

	for (i = 1; i < study_nr_arms(study); i++) {
		back = study_value(study, i, "returned_ns.p100");
		if (back.nr && back.median >= flush_ms * 1e6)
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
	struct study_group exits = { 0 };
	double cells[4];
	unsigned int i, c;

	study_table(study, "ratios", "median over that of sync", columns);
	for (i = 1; i < study_nr_arms(study); i++) {
		for (c = 0; c < 4; c++)
			cells[c] = study_ratio(study, (int)i, 0, columns[c + 1]).ratio;
		study_row(study, cells, "%s", study_level(study, i, "strategy"));
	}
	compare(study, "exit_ns", &exits);
	study_say_group(study, &exits, "Processes exited sooner than with sync under",
			"Processes exited later than with sync under",
			"Whether processes exited sooner or later than with sync this run cannot "
			"tell for");
	for (i = 0; i < 3; i++)
		say_share(study, shares[i], share_words[i]);
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
	.factors = factors,
	.fixed = fixed,
	.quantities = quantities,
	.conclude = conclude,
};
