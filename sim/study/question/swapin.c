// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * swapin: a fault that reads its page frees the slot at once. Whether deferring that makes the
 * fault shorter, with handles and with slots.
 */
#include <string.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

static void defaults(struct zramsim_config *cfg)
{
	cfg->scenario = "swapin";
}

static bool arm(struct study_arm *arm)
{
	const char *name = arm->cfg.strategies[0];
	enum zramsim_defer defer = arm->cfg.strategy.defer;

	if (!strcmp(name, "sync"))
		return defer == ZRAMSIM_DEFER_NONE;
	if (!strcmp(name, "bitmap"))
		return defer == ZRAMSIM_DEFER_SLOT;
	if (!strcmp(name, "bulk"))
		return defer == ZRAMSIM_DEFER_HANDLE;
	return defer != ZRAMSIM_DEFER_NONE;
}

static void conclude(struct study *study)
{
	static const struct {
		const char *key, *words[3];
	} told[] = {
		{ "op_ns.p50",
		  { "the median fault is shorter than with sync under",
		    "the median fault is longer than with sync under",
		    "this run cannot tell the median fault from that of sync for" } },
		{ "op_ns.p99",
		  { "the 99th percentile of faults is shorter than with sync under",
		    "the 99th percentile of faults is longer than with sync under",
		    "this run cannot tell the 99th percentile of faults from that of sync for" } },
		{ "cpu_ns_per_slot.total",
		  { "the processor time per slot is less than with sync under",
		    "the processor time per slot is more than with sync under",
		    "this run cannot tell the processor time per slot from that of sync for" } },
	};
	const char *const *procs;
	unsigned int i;

	for (procs = study_levels(study, "procs"); *procs; procs++) {
		for (i = 0; i < 3; i++)
			study_say_arms(study, told[i].key, "strategy defer",
				       study_with(*procs).text, told[i].words, "procs=%s", *procs);
	}
}

const struct study_ops study_swapin = {
	.name = "swapin",
	.refs = "Q9",
	.asked = "Nhat Pham, 2026-04-21",
	.question = "Does deferral also shorten swap-in?",
	.runs = "1 and 2 processes fault every page in and free its slot at once, or leave the "
		"handle or the slot to a worker: latency of a fault",
	.limits = "what faults of more than two processes meet, each of which frees into the same "
		  "pool",
	.limits_below = 3,
	.factors = {
		{ "strategy", { "sync", "bitmap", "array", "pcpu-stack", "pcpu-page", "bulk" } },
		{ "defer", { "none", "handle", "slot" } },
		{ "procs", { "1", "2" } },
	},
	.fixed = { "scenario" },
	.quantities = {
		{ "op_ns.p50", NULL, NULL, 0 },
		{ "op_ns.p99", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "notify_ns.p50", NULL, NULL, 0 },
	},
	.defaults = defaults,
	.arm = arm,
	.against = "strategy defer",
	.conclude = conclude,
};
