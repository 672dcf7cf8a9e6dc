// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * compaction: how frees and compaction of the same pool disturb each other, by lock design.
 *
 * Two processes share the pool, so that zspages hold objects of both and there is something to
 * move while they end. Everything is freed synchronously: what is seen is the allocator.
 */
#include "sim/study/registry.h"
#include "sim/study/wording.h"

enum {
	POOL_NS,
	CLASS_NS,
	POOL_BUSY,
	CLASS_BUSY,
	PAGES_COMPACTED,
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->procs = 2;
}

static void derive(const struct study_arm *arm, const struct sim_outcome *outcome, double *values)
{
	(void)arm;
	values[POOL_NS] = study_lock_field(outcome, "pool", SIM_LOCK_WAIT_NS);
	values[CLASS_NS] = study_lock_field(outcome, "class", SIM_LOCK_WAIT_NS);
	values[POOL_BUSY] = study_lock_field(outcome, "pool", SIM_LOCK_CONTENDED);
	values[CLASS_BUSY] = study_lock_field(outcome, "class", SIM_LOCK_CONTENDED);
	values[PAGES_COMPACTED] = (double)outcome->end.pages_compacted;
}

/* A design against itself without compaction. */
static void say_disturbed(struct study *study, const char *locks)
{
	int calm = study_find_arm(study, "locks=%s", locks);
	int busy = study_find_arm(study, "locks=%s compact-every=50us", locks);
	struct zramsim_value time, tail;

	if (calm < 0 || busy < 0)
		return;
	time = study_ratio(study, busy, calm, "exit_ns");
	tail = study_ratio(study, busy, calm, "notify_ns.p99");
	study_say(study,
		  "With locks %s and compaction 50 us after compaction the exit takes %s its time "
		  "(%s) and the 99th percentile of a notification %s (%s); %s pass waiting for "
		  "the pool lock, %s for class locks, and compaction moves %.0f objects.",
		  locks, study_times(time).text,
		  study_pick(time, "faster", "this run cannot tell", "slower"),
		  study_times(tail).text,
		  study_pick(tail, "shorter", "this run cannot tell", "longer"),
		  study_ns(study_median(study, busy, "pool_wait_ns")).text,
		  study_ns(study_median(study, busy, "class_wait_ns")).text,
		  study_median(study, busy, "objects_moved"));
}

static void say_designs(struct study *study, const char *locks)
{
	int over = study_find_arm(study, "locks=%s compact-every=50us", locks);
	int under = study_find_arm(study, "compact-every=50us");
	struct zramsim_value time, tail;

	if (over < 0 || under < 0)
		return;
	time = study_ratio(study, over, under, "exit_ns");
	tail = study_ratio(study, over, under, "notify_ns.p99");
	study_say(
		study,
		"Under compaction, frees with locks %s take %s the time of class (%s), their 99th "
		"percentile is %s that of class (%s).",
		locks, study_times(time).text,
		study_pick(time, "faster", "this run cannot tell", "slower"),
		study_times(tail).text,
		study_pick(tail, "shorter", "this run cannot tell", "longer"));
}

static void conclude(struct study *study)
{
	const char *const *locks;

	for (locks = study_levels(study, "locks"); *locks; locks++)
		say_disturbed(study, *locks);
	for (locks = study_levels(study, "locks") + 1; *locks; locks++)
		say_designs(study, *locks);
}

const struct study_ops study_compaction = {
	.name = "compaction",
	.refs = "Q14",
	.asked = "Nhat Pham, 2026-04-21; Nhat Pham, 2026-05-02",
	.question =
		"What do frees and compaction of the pool cost each other, and which lock design "
		"keeps that small?",
	.runs = "two exits freed synchronously under each lock design: no compaction, one "
		"a millisecond after the other, or one 50 us after the other",
	.limits = "the two processes and the thread that compacts share few processors, so a free "
		  "also waits for a processor",
	.limits_below = 3,
	.factors = {
		{ "locks", { "class", "class-idx", "pool", "sharded" } },
		{ "compact-every", { "0", "1ms", "50us" } },
	},
	.fixed = { "scenario", "strategy" },
	.quantities = {
		[POOL_NS] = { "pool_wait_ns", "ns", "waiting for the pool lock, all threads", -1 },
		[CLASS_NS] = { "class_wait_ns", "ns", "waiting for class locks, all threads", -1 },
		[POOL_BUSY] = { "pool_contended", "locks", "pool locks found taken", -1 },
		[CLASS_BUSY] = { "class_contended", "locks", "class locks found taken", -1 },
		[PAGES_COMPACTED] = { "pages_compacted", "pages", "that compaction gave back", 0 },
		{ "objects_moved", NULL, NULL, 0 },
		{ "exit_ns", NULL, NULL, 0 },
		{ "notify_ns.p50", NULL, NULL, 0 },
		{ "notify_ns.p99", NULL, NULL, 0 },
		{ "notify_ns.p99.9", NULL, NULL, 0 },
		{ "notify_ns.max", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.producer", NULL, NULL, 0 },
	},
	.size_mib = 96,
	.nr_runs = 9,
	.defaults = defaults,
	.derive = derive,
	.conclude = conclude,
};
