// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * budget: how much may be pending. Caps in bytes of data, and two that are pools of buffers: 256
 * KiB of eight-byte items whatever the machine and the page size, or 64 KiB of them per CPU.
 */
#include <stdio.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	ITEM_BYTES = 8,
	POOL_BYTES = 256 << 10,
	CPU_BYTES = 64 << 10,
	NR_CAPS = 7,
	OVERFLOW = 0,
};

static bool arm(struct study_arm *arm)
{
	static const u64 caps[] = { 256, 64, 16, 4, 1 };
	u64 items = POOL_BYTES / ITEM_BYTES;
	unsigned int cap = arm->level[0];

	if (cap == NR_CAPS - 1)
		items = (u64)CPU_BYTES / ITEM_BYTES * study_cpus();
	arm->cfg.strategy.budget_bytes = cap < NR_CAPS - 2 ? caps[cap] << 20
							   : items * arm->cfg.page_bytes;
	return true;
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	values[OVERFLOW] = outcome->metrics[SIM_OVERFLOW_SLOTS] / study_slots(arm);
}

/* The smallest cap in bytes under which hardly anything falls back. */
static void say_cap(struct study *study, const char *page, const char *procs)
{
	static const char *const caps[] = { "1M", "4M", "16M", "64M", "256M" };
	struct zramsim_value share = { 0 };
	unsigned int c;
	int i = -1;

	for (c = 0; c < 5; c++) {
		i = study_find_arm(study, "cap=%s page-size=%s procs=%s", caps[c], page, procs);
		share = study_value(study, i, "overflow_share");
		if (share.nr && share.max <= 0.01)
			break;
	}
	if (c < 5)
		study_say(study,
			  "With pages of %s and %s, %s is the smallest cap of those tried under "
			  "which at most 1 %% of the slots fall back in every repeat; %s of stored "
			  "data were pending at most.",
			  page, study_procs(procs).text, caps[c],
			  study_bytes(study_value(study, i, "held_peak_bytes").max).text);
	else
		study_say(study,
			  "With pages of %s and %s, %.0f %% of the slots fall back even under "
			  "%s.",
			  page, study_procs(procs).text, 100 * share.median, caps[4]);
}

/* A number of items is another amount of memory with every page size. */
static void say_items(struct study *study)
{
	int small = study_find_arm(study, "cap=pool page-size=4K procs=2");
	int large = study_find_arm(study, "cap=pool page-size=64K procs=2");

	if (study_value(study, small, "held_peak_bytes").nr &&
	    study_value(study, large, "held_peak_bytes").nr)
		study_say(study,
			  "The same pool of items held %s at its peak with pages of 4K and %s with "
			  "pages of 64K.",
			  study_bytes(study_median(study, small, "held_peak_bytes")).text,
			  study_bytes(study_median(study, large, "held_peak_bytes")).text);
}

static void say_pools(struct study *study, const char *procs)
{
	int over = study_find_arm(study, "cap=percpu page-size=4K procs=%s", procs);
	int under = study_find_arm(study, "cap=pool page-size=4K procs=%s", procs);
	char what[200];

	snprintf(what, sizeof(what),
		 "with pages of 4K and %s the exit time with a pool of 64 KiB for each of %u CPUs",
		 study_procs(procs).text, study_cpus());
	study_say_ratio(study, study_ratio(study, over, under, "exit_ns"), what,
			"that with a fixed pool of 256 KiB");
}

static void conclude(struct study *study)
{
	const char *const *page, *const *procs;

	for (page = study_levels(study, "page-size"); *page; page++) {
		for (procs = study_levels(study, "procs"); *procs; procs++)
			say_cap(study, *page, *procs);
	}
	say_items(study);
	for (procs = study_levels(study, "procs"); *procs; procs++)
		say_pools(study, *procs);
}

const struct study_ops study_budget = {
	.name = "budget",
	.refs = "Q6, Q7",
	.asked = "Kairui Song, 2026-04-12; Barry Song, 2026-04-17; Nhat Pham, 2026-05-08",
	.question =
		"Should what may be pending be capped in slots or in bytes, at which value, and "
		"should a pool follow the number of CPUs?",
	.runs = "exits under caps from 1 to 256 MiB, with a fixed pool of 256 KiB of items, and "
		"with 64 KiB of them per CPU, at pages of 4, 16 and 64 KiB",
	.limits = "whether a fixed pool is too small for many CPUs: below four, a pool per CPU is "
		  "the smaller one, and no more than two producers fill it at once",
	.limits_below = 4,
	.factors = {
		{ "cap", { "256M", "64M", "16M", "4M", "1M", "pool", "percpu" } },
		{ "page-size", { "4K", "16K", "64K" } },
		{ "procs", { "1", "2" } },
	},
	.fixed = { "scenario", "budget" },
	.quantities = {
		[OVERFLOW] = { "overflow_share", "share", "slots freed at once over all slots",
				     -1 },
		{ "held_peak_bytes", NULL, NULL, 0 },
		{ "queued_peak_slots", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "returned_ns.p90", NULL, NULL, 0 },
		{ "strategy_bytes", NULL, NULL, 0 },
	},
	.size_mib = 128,
	.nr_runs = 5,
	.strategy = "pcpu-page",
	.arm = arm,
	.derive = derive,
	.against = "cap",
	.conclude = conclude,
};
