// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * peak-memory: what a foreground task meets that allocates while killed processes are torn down.
 *
 * Present pages of the dead come back at once, compressed ones when their slots are freed. The
 * request is a multiple of what the dead had present: half of it and all of it can be met without
 * a single compressed page, more than all cannot. "1.2" needs data of which more than a fifth is
 * stored; anonymous memory is known to have that.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	REQUEST_FACTOR = 1,
	HELD_SHARE = 2,
	PRESENT_PCT = 50,
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->procs = 2;
}

static bool arm(struct study_arm *arm)
{
	static const u32 tenths[] = { 5, 10, 12 };
	u64 present = arm->cfg.size_bytes * arm->cfg.procs; /* as much as is swapped out */

	arm->cfg.scenario = "lmk";
	arm->cfg.present_pct = PRESENT_PCT;
	arm->cfg.alloc_bytes = present * tenths[arm->level[REQUEST_FACTOR]] / 10;
	return arm->level[REQUEST_FACTOR] < 2 || !strcmp(arm->cfg.data, "anon");
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	double stored = (double)outcome->after_fill.compr_data_size;

	(void)arm;
	if (stored > 0)
		values[HELD_SHARE] = outcome->metrics[SIM_HELD_PEAK_BYTES] / stored;
}

/* The strategy that holds most and the one that holds least, sync left out. */
static void say_peaks(struct study *study)
{
	struct study_range range = study_range(study, "held_share", "strategy!=sync request=1");

	if (range.low < 0) {
		study_say(study, "No strategy has a peak in this run.");
		return;
	}
	study_say(
		study,
		"At the peak, deferring keeps between %s (%s, %s of what the dead had stored) and "
		"%s (%s, %s) that a synchronous free would have given back.",
		study_bytes(study_median(study, range.low, "held_peak_bytes")).text,
		study_level(study, range.low, "strategy"),
		study_percent(study_median(study, range.low, "held_share")).text,
		study_bytes(study_median(study, range.high, "held_peak_bytes")).text,
		study_level(study, range.high, "strategy"),
		study_percent(study_median(study, range.high, "held_share")).text);
}

struct half_sentence {
	char text[200];
};

/* Half a sentence about the strategy with the least or the longest wait, if there is one. */
static struct half_sentence extreme(const struct study *study, const char *which, int arm, int sync)
{
	struct half_sentence t = { "" };

	if (arm >= 0)
		snprintf(t.text, sizeof(t.text), "; %s is that of %s, %s that of sync", which,
			 study_level(study, arm, "strategy"),
			 study_times(study_ratio(study, arm, sync, "alloc_wait_ns")).text);
	return t;
}

/* Strategies for which the foreground waits less, or longer, than with sync. */
static void say_wait(struct study *study, const char *request, const char *what)
{
	int sync = study_find_arm(study, "request=%s", request), arm, best = -1, worst = -1;
	const char *const *name = study_levels(study, "strategy") + 1;
	unsigned int less = 0, more = 0, nr = 0;
	enum study_sign sign;
	double wait;

	if (sync < 0)
		return;
	for (; *name; name++) {
		arm = study_find_arm(study, "strategy=%s request=%s", *name, request);
		wait = study_median(study, arm, "alloc_wait_ns");
		if (isnan(wait))
			continue;
		nr++;
		sign = study_sign(study_ratio(study, arm, sync, "alloc_wait_ns"));
		less += sign == STUDY_LESS;
		more += sign == STUDY_MORE;
		if (sign == STUDY_LESS &&
		    (best < 0 || wait < study_median(study, best, "alloc_wait_ns")))
			best = arm;
		if (sign == STUDY_MORE &&
		    (worst < 0 || wait > study_median(study, worst, "alloc_wait_ns")))
			worst = arm;
	}
	study_say(study,
		  "A request for %s waits %s with sync; it waits less with %u of %u strategies, "
		  "longer with %u, and for the others this run cannot tell%s%s.",
		  what, study_ns(study_median(study, sync, "alloc_wait_ns")).text, less, nr, more,
		  extreme(study, "the least", best, sync).text,
		  extreme(study, "the longest", worst, sync).text);
}

static void conclude(struct study *study)
{
	say_peaks(study);
	say_wait(study, "0.5", "half of what the dead had present");
	say_wait(study, "1", "all they had present");
	say_wait(study, "1.2", "a fifth more than that, which takes compressed memory, too,");
}

const struct study_ops study_peak_memory = {
	.name = "peak-memory",
	.refs = "Q10",
	.asked = "Andrew Morton, 2024-07-31",
	.question = "How much more memory is in use, and for how long, when what a process had "
		    "outlives it, and does somebody who allocates at once have to wait for it?",
	.runs = "scenario lmk for each strategy with requests below, at and above what can be met "
		"without compressed memory",
	.limits = "the killed processes, the foreground task and the workers share few processors, "
		  "so a wait is partly a wait for a processor",
	.limits_below = 3,
	.factors = {
		{ "strategy",
		  { "sync", "bitmap", "rfc", "hbitmap", "radix", "array", "pcpu-stack", "pcpu-page",
		    "bulk" } },
		[REQUEST_FACTOR] = { "request", { "0.5", "1", "1.2" } },
	},
	.fixed = { "scenario", "alloc", "present" },
	.quantities = {
		{ "held_peak_bytes", NULL, NULL, 0 },
		{ "held_byte_seconds", NULL, NULL, 0 },
		[HELD_SHARE] = { "held_share", "share", "held_peak_bytes over all that was stored",
				 -1 },
		{ "alloc_wait_ns", NULL, NULL, 0 },
		{ "alloc_stall_ns.max", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "returned_ns.p50", NULL, NULL, 0 },
		{ "returned_ns.p99", NULL, NULL, 0 },
		{ "overflow_slots", NULL, NULL, 0 },
	},
	.size_mib = 32,
	.defaults = defaults,
	.arm = arm,
	.derive = derive,
	.conclude = conclude,
};
