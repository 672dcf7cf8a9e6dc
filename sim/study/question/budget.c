// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * budget: how much may be pending. Caps in bytes of data, and two that are pools of buffers: 256
 * KiB of eight-byte items whatever the machine and the page size, or 64 KiB of them per CPU.
 */
#include <stdio.h>
#include <math.h>
#include <string.h>

#include "sim/study/names.h"
#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	CAP_FACTOR,
	PAGE_FACTOR,
	PROCS_FACTOR,
	ITEM_BYTES = 8,
	POOL_BYTES = 256 << 10,
	CPU_BYTES = 64 << 10,
	NR_CAPS = 7,
	OVERFLOW_SHARE = 0,
};

static const struct study_factor factors[] = {
	[CAP_FACTOR] = { "cap", { "256M", "64M", "16M", "4M", "1M", "pool", "percpu", NULL } },
	[PAGE_FACTOR] = { "page-size", { "4K", "16K", "64K", NULL } },
	[PROCS_FACTOR] = { "procs", { "1", "2", NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "scenario", "budget", NULL };

static const struct study_quantity quantities[] = {
	[OVERFLOW_SHARE] = { "overflow_share", "share", "slots freed at once over all slots", -1 },
	{ "held_peak_bytes", NULL, NULL, 0 },
	{ "queued_peak_slots", NULL, NULL, 0 },
	{ "exit_ns", NULL, NULL, 0 },
	{ "returned_ns.p90", NULL, NULL, 0 },
	{ "strategy_bytes", NULL, NULL, 0 },
	{ NULL, NULL, NULL, 0 },
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->size_bytes = 128ull << 20;
	cfg->runs = 5;
}

static bool arm(struct study_arm *arm)
{
	static const u64 caps[] = { 256, 64, 16, 4, 1 };
	u64 items = POOL_BYTES / ITEM_BYTES;
	unsigned int cap = arm->level[CAP_FACTOR];

	arm->cfg.strategies[0] = "pcpu-page";
	arm->cfg.nr_strategies = 1;
	if (cap == NR_CAPS - 1)
		items = (u64)CPU_BYTES / ITEM_BYTES * study_cpus();
	arm->cfg.strategy.budget_bytes = cap < NR_CAPS - 2 ? caps[cap] << 20
							   : items * arm->cfg.page_bytes;
	return true;
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double slots = (double)(arm->cfg.size_bytes / arm->cfg.page_bytes * arm->cfg.procs);

	values[OVERFLOW_SHARE] = outcome->metrics[SIM_OVERFLOW_SLOTS] / slots;
}

static int baseline(const struct study *study, unsigned int i)
{
	return study_same_but(study, i, "cap");
}

/* The smallest cap in bytes under which hardly anything falls back. */
static void say_cap(struct study *study, const char *page, const char *procs)
{
	static const char *const caps[] = { "1M", "4M", "16M", "64M", "256M" };
	struct zramsim_value share = { 0 };
	char levels[64];
	unsigned int c;
	int i = -1;

	for (c = 0; c < 5; c++) {
		snprintf(levels, sizeof(levels), "cap=%s page-size=%s procs=%s", caps[c], page,
			 procs);
		i = study_find_arm(study, levels);
		share = study_value(study, (unsigned int)i, "overflow_share");
		if (share.nr && share.max <= 0.01)
			break;
	}
	if (c < 5)
		study_say(study,
			  "With pages of %s and %s %s, %s is the smallest cap of those tried under "
			  "which at most 1 %% of the slots fall back in every repeat; %s of stored "
			  "data were pending at most.",
			  page, procs, strcmp(procs, "1") ? "processes" : "process", caps[c],
			  study_bytes(study_value(study, (unsigned int)i, "held_peak_bytes").max)
				  .text);
	else
		study_say(study,
			  "With pages of %s and %s %s, %.0f %% of the slots fall back even under "
			  "%s.",
			  page, procs, strcmp(procs, "1") ? "processes" : "process",
			  100 * share.median, caps[4]);
}

/* A number of items is another amount of memory with every page size. */
static void say_items(struct study *study)
{
	struct zramsim_value small = study_value(
		study, (unsigned int)study_find_arm(study, "cap=pool page-size=4K procs=2"),
		"held_peak_bytes");
	struct zramsim_value large = study_value(
		study, (unsigned int)study_find_arm(study, "cap=pool page-size=64K procs=2"),
		"held_peak_bytes");

	if (small.nr && large.nr)
		study_say(study,
			  "The same pool of items held %s at its peak with pages of 4K and %s with "
			  "pages of 64K.",
			  study_bytes(small.median).text, study_bytes(large.median).text);
}

static void say_pools(struct study *study, const char *procs)
{
	char over[64], under[64], what[120], than[80];
	struct zramsim_value ratio;

	snprintf(over, sizeof(over), "cap=percpu page-size=4K procs=%s", procs);
	snprintf(under, sizeof(under), "cap=pool page-size=4K procs=%s", procs);
	ratio = study_ratio(study, study_find_arm(study, over), study_find_arm(study, under),
			    "exit_ns");
	snprintf(what, sizeof(what),
		 "with pages of 4K and %s %s the exit time with a pool of 64 KiB for each of %u "
		 "CPUs",
		 procs, strcmp(procs, "1") ? "processes" : "process", study_cpus());
	snprintf(than, sizeof(than), "that with a fixed pool of 256 KiB");
	study_say_ratio(study, &ratio, what, than);
}

static void conclude(struct study *study)
{
	unsigned int page, procs;

	for (page = 0; factors[PAGE_FACTOR].levels[page]; page++) {
		for (procs = 0; procs < 2; procs++)
			say_cap(study, factors[PAGE_FACTOR].levels[page],
				factors[PROCS_FACTOR].levels[procs]);
	}
	say_items(study);
	for (procs = 0; procs < 2; procs++)
		say_pools(study, factors[PROCS_FACTOR].levels[procs]);
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
	.factors = factors,
	.fixed = fixed,
	.quantities = quantities,
	.defaults = defaults,
	.arm = arm,
	.derive = derive,
	.baseline = baseline,
	.conclude = conclude,
};
