// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * batching: what it is worth to free consecutive objects of one class under one lock, and what
 * sorting adds, for sizes that resemble each other little or much.
 *
 * Objects are freed in the order they were stored, as an exit does, in batches as large as a
 * drain collects. Single-threaded: what is seen is work, not waiting.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/study/probe/pool.h"
#include "sim/study/registry.h"
#include "sim/study/wording.h"
#include "zsmalloc/zsmalloc.h"

/* Factors by number, and quantities. */
enum {
	BATCH = 1,
	HOLD,
	NS = 0,
	RUN_LENGTH,
	HOLDS,
	HOLD_NS,
	PAGES,
	CHUNK = 4096, /* handles a drain collects */
};

/* Data of one's own are a level of their own; a hold bound means nothing without batches. */
static bool arm(struct study_arm *arm)
{
	arm->arg[0] = arm->cfg.size_bytes / arm->cfg.page_bytes;
	if (!strcmp(study_arm_level(arm, "sizes"), "data") && !strcmp(arm->cfg.data, "anon"))
		return false;
	return arm->level[BATCH] || !arm->level[HOLD];
}

static double run_length(const struct probe_pool *p)
{
	unsigned int class, before = 0;
	u32 runs = 0, i;

	for (i = 0; i < p->nr; i++) {
		class = zs_lookup_class_index(p->pool, p->sizes[i]);
		runs += !i || class != before;
		before = class;
	}
	return (double)p->nr / runs;
}

static void free_all(struct probe_pool *p, enum zs_batch batch, double *values)
{
	struct kc_lock_stat pool = { 0 }, class = { 0 };
	struct zs_pool_stats stats;
	u64 start, ns = 0, pages = 0;
	u32 i, nr;

	zs_stats_reset(p->pool);
	for (i = 0; i < p->nr; i += nr) {
		nr = min(p->nr - i, (u32)CHUNK);
		start = kc_now_ns();
		pages += zs_free_bulk(p->pool, p->handles + i, nr, batch);
		ns += kc_now_ns() - start;
	}
	zs_pool_stats(p->pool, &stats);
	zs_lock_stats(p->pool, &pool, &class);
	values[NS] = (double)ns / p->nr;
	values[HOLDS] = (double)stats.class_runs / p->nr;
	/* One hold in many is timed: sorted there may have been none. */
	values[HOLD_NS] = class.hold_ns_max ? (double)class.hold_ns_max : NAN;
	values[PAGES] = (double)pages;
}

static int probe(const struct study_arm *arm, u32 repeat, double *values, struct sim_message *msg)
{
	struct probe_pool p;
	int err = probe_pool_init(&p, &arm->cfg, study_arm_level(arm, "sizes"), (u32)arm->arg[0],
				  arm->cfg.seed, msg);

	(void)repeat; /* the same objects for every arm */
	if (!err) {
		values[RUN_LENGTH] = run_length(&p);
		free_all(&p, ZS_BATCH_NONE + arm->level[BATCH], values);
		zs_flush_deferred(p.pool);
		if (zs_get_total_pages(p.pool))
			err = sim_fail(msg, -EPROTO, "%lu pages are left in a pool without objects",
				       zs_get_total_pages(p.pool));
	}
	probe_pool_exit(&p);
	return err;
}

static void say_sizes(struct study *study, const char *sizes, const char *what)
{
	int none = study_find_arm(study, "sizes=%s", sizes);
	int runs = study_find_arm(study, "sizes=%s batch=runs hold=256", sizes);
	int sorted = study_find_arm(study, "sizes=%s batch=sorted hold=256", sizes);
	struct zramsim_value to_none, to_sorted;

	if (none < 0)
		return;
	to_none = study_ratio(study, runs, none, "ns_per_object");
	to_sorted = study_ratio(study, runs, sorted, "ns_per_object");
	study_say(
		study,
		"%s: %.2f consecutive objects have the same class on average, and a class lock is "
		"taken %.2f times per object one by one, %.3f times by runs and %.3f times sorted; "
		"runs take %s the time of single frees (%s) and %s that of sorting (%s).",
		what, study_median(study, none, "run_length"),
		study_median(study, none, "holds_per_object"),
		study_median(study, runs, "holds_per_object"),
		study_median(study, sorted, "holds_per_object"), study_times(to_none).text,
		study_pick(to_none, "faster", "this run cannot tell", "slower"),
		study_times(to_sorted).text,
		study_pick(to_sorted, "faster", "as close as this run can tell", "slower"));
}

/* All the work that belongs to one hold, in the lock and outside: no wait for it is longer. */
static double hold_work_ns(const struct study *study, int arm)
{
	return study_median(study, arm, "ns_per_object") /
	       study_median(study, arm, "holds_per_object");
}

static void say_hold(struct study *study, const char *batch)
{
	int small = study_find_arm(study, "sizes=rfc batch=%s", batch);
	int large = study_find_arm(study, "sizes=rfc batch=%s hold=4096", batch);
	struct zramsim_value time = study_ratio(study, large, small, "ns_per_object");

	study_say(study,
		  "With objects of one size, %s with at most 4096 objects per hold instead of 16 "
		  "take %s the time (%s), and what belongs to one hold, in the lock and outside, "
		  "takes %s instead of %s on average.",
		  batch, study_times(time).text,
		  study_pick(time, "faster", "this run cannot tell", "slower"),
		  study_ns(hold_work_ns(study, large)).text,
		  study_ns(hold_work_ns(study, small)).text);
}

static void conclude(struct study *study)
{
	say_sizes(study, "anon", "Sizes as of anonymous memory, each page for itself");
	say_sizes(study, "alike", "The same with neighbours assumed to be similar");
	say_sizes(study, "rfc", "The RFC's data, which compress to one size");
	say_sizes(study, "uniform", "Sizes spread evenly");
	say_sizes(study, "data", "The data given");
	say_hold(study, "runs");
	say_hold(study, "sorted");
}

const struct study_ops study_batching = {
	.name = "batching",
	.refs = "Q15",
	.asked = "Wenchao Hao, 2026-04-26",
	.question = "Is it enough to keep the class lock while the next handle has the same class, "
		    "or must a batch be sorted?",
	.runs = "bulk frees of whole pools, singly, by runs and sorted, for four distributions of "
		"sizes (and that of --data) and three bounds on a hold",
	.factors = {
		{ "sizes", { "anon", "alike", "rfc", "uniform", "data" } },
		[BATCH] = { "batch", { "none", "runs", "sorted" } },
		[HOLD] = { "hold", { "16", "256", "4096" } },
	},
	.fixed = { "scenario", "procs", "strategy" },
	.quantities = {
		[NS] = { "ns_per_object", "ns", "freeing one object", -1 },
		[RUN_LENGTH] = { "run_length", "objects", "consecutive objects of one class, mean",
				 0 },
		[HOLDS] = { "holds_per_object", "locks", "holds of a class lock per object", -1 },
		[HOLD_NS] = { "hold_ns_max", "ns", "longest hold of those that were timed", -1 },
		[PAGES] = { "pages_freed", "pages", "that went back", 0 },
	},
	.arm = arm,
	.probe = probe,
	.conclude = conclude,
};
