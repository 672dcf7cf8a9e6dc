// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * scan-cost: what finding pending slots costs, by how many there are and where.
 *
 * Every slot holds a same-filled page, which has no object, so that freeing one costs little and
 * the search shows. The worker is kept quiet; the probe drains by itself, as a worker would: run
 * after run until one finds nothing.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>

#include "port.h"
#include "sim/figures/stats.h"
#include "sim/study/probe/pool.h"
#include "sim/study/registry.h"
#include "sim/study/wording.h"
#include "strategies/registry.h"
#include "zram/zram.h"

#define SPARSEST "0.00001"

enum {
	LAYOUT_FACTOR = 1,
	CLUSTER = 512,	       /* slots next to each other in layout "clustered" */
	ROUNDS = 16,	       /* at most, per repeat */
	ROUND_SLOTS = 8192,    /* no more rounds once so many slots were freed */
	SPARE_SLOTS = 1 << 14, /* budget above what is ever pending */
	FLUSH_MS = 3600 * 1000,
};

/**
 * struct scan - one probe at work
 * @dev:	device
 * @zf:		strategy
 * @slots:	[@nr] what is queued, ascending
 * @nr:		entries in @slots
 * @grace_ns:	what a grace period takes, which a worker does not wait for
 */
struct scan {
	struct probe_device dev;
	struct zfree *zf;
	u32 *slots;
	u32 nr;
	double grace_ns;
};

/* Where everything is pending there is but one layout. */
static bool arm(struct study_arm *arm)
{
	double share = strtod(study_arm_level(arm, "density"), NULL);

	arm->arg[0] = arm->cfg.size_bytes / arm->cfg.page_bytes;
	arm->arg[1] = max((u64)llround(share * (double)arm->arg[0]), 1ull);
	return share < 1 || !arm->level[LAYOUT_FACTOR];
}

/* @slot of @nr: one somewhere in its own stretch of the device. */
static u32 spread(u64 i, u64 nr, u64 of, u64 *rng)
{
	u64 from = i * of / nr, to = (i + 1) * of / nr;

	return (u32)(from + kc_random_below(rng, max(to - from, 1ull)));
}

static void choose_slots(struct scan *s, const struct study_arm *arm, u64 seed)
{
	u64 of = arm->arg[0], nr = arm->arg[1], i, k, groups, size;
	u64 rng = seed;

	for (i = 0; i < nr && arm->level[LAYOUT_FACTOR] == 0; i++)
		s->slots[i] = spread(i, nr, of, &rng);
	for (i = 0; i < nr && arm->level[LAYOUT_FACTOR] == 2; i++)
		s->slots[i] = (u32)(of - nr + i);
	if (arm->level[LAYOUT_FACTOR] == 1) {
		size = min(nr, (u64)CLUSTER);
		groups = (nr + size - 1) / size;
		for (k = 0, i = 0; k < groups; k++) {
			u64 at = spread(k, groups, of / size, &rng) * size, left = size;

			for (; left && i < nr; left--)
				s->slots[i++] = (u32)at++;
		}
	}
	s->nr = (u32)nr;
}

static int attach(struct scan *s, const struct study_arm *arm, struct sim_message *msg)
{
	u64 budget = (arm->arg[0] + SPARE_SLOTS) * arm->cfg.page_bytes;
	const struct zfree_ops *ops = zfree_find(arm->cfg.strategies[0]);
	struct zfree_params params = ZFREE_PARAMS_INIT;
	struct zfree *zf;

	params.budget_bytes = budget;
	params.kick_bytes = budget;
	params.flush_ms = FLUSH_MS;
	params.units = BIT(ZFREE_SLOT);
	zf = zfree_attach(s->dev.zram, ops, &params);
	if (IS_ERR(zf))
		return sim_fail(msg, (int)PTR_ERR(zf), "%s cannot be attached: %s", ops->name,
				strerror(-(int)PTR_ERR(zf)));
	s->zf = zf;
	return 0;
}

/* What workers do not wait for is taken off what a drain takes. */
static void time_grace(struct scan *s)
{
	double ns[ROUNDS];
	u64 start;
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		start = kc_now_ns();
		synchronize_rcu();
		ns[i] = (double)(kc_now_ns() - start);
	}
	s->grace_ns = sim_median(ns, ROUNDS);
}

static double time_drain(const struct scan *s)
{
	u64 start = kc_now_ns();

	zfree_drain(s->zf);
	return max((double)(kc_now_ns() - start) - s->grace_ns, 0.0);
}

static int queue(struct scan *s, struct sim_message *msg)
{
	u32 i;
	int err;

	for (i = 0; i < s->nr; i++) {
		err = zram_write_same(s->dev.zram, s->slots[i], 1);
		if (err)
			return sim_fail(msg, err, "slot %u cannot be filled: %s", s->slots[i],
					strerror(-err));
	}
	for (i = 0; i < s->nr; i++)
		zram_slot_free_notify(s->dev.zram, s->slots[i]);
	if (zfree_pending(s->zf) != s->nr)
		return sim_fail(msg, -EPROTO, "%u slots were notified and %llu are pending", s->nr,
				(unsigned long long)zfree_pending(s->zf));
	return 0;
}

static int run_rounds(struct scan *s, double *values, struct sim_message *msg)
{
	u32 rounds = clamp(ROUND_SLOTS / s->nr, 1U, (u32)ROUNDS), i;
	double full[ROUNDS + 1], empty[ROUNDS + 1];
	int err;

	time_grace(s);
	/* The first round touches what the others find in place. */
	for (i = 0; i <= rounds; i++) {
		err = queue(s, msg);
		if (err)
			return err;
		full[i] = time_drain(s);
		empty[i] = time_drain(s);
		if (zfree_pending(s->zf))
			return sim_fail(msg, -EPROTO, "%llu slots are pending after a drain",
					(unsigned long long)zfree_pending(s->zf));
	}
	values[0] = sim_median(full + 1, rounds) / s->nr;
	values[1] = sim_median(empty + 1, rounds);
	values[2] = s->nr;
	return 0;
}

static int probe(const struct study_arm *arm, u32 repeat, double *values, struct sim_message *msg)
{
	struct scan s = { .slots = calloc(arm->arg[1], sizeof(*s.slots)) };
	int err;

	(void)repeat; /* the same slots for every arm */
	if (!s.slots)
		return sim_fail(msg, -ENOMEM, "not enough memory for %llu slot numbers",
				(unsigned long long)arm->arg[1]);
	choose_slots(&s, arm, arm->cfg.seed);
	err = probe_device_init(&s.dev, &arm->cfg, 0, msg);
	if (!err)
		err = attach(&s, arm, msg);
	if (!err)
		err = run_rounds(&s, values, msg);
	if (s.zf)
		zfree_detach(s.zf);
	probe_device_exit(&s.dev);
	free(s.slots);
	return err;
}

/* Nanoseconds per pending slot above those of the array, which needs no search. */
static void tabulate(struct study *study)
{
	static const char *const columns[] = { "pending", "bitmap", "hbitmap", "radix", NULL };
	static const char drain[] = "drain_ns_per_slot";
	const char *const *layout, *const *density;
	double cells[3];
	int array, arm;
	unsigned int c;

	study_table(study, "search_ns_per_slot",
		    "time per pending slot above that of the array, which does not search",
		    columns);
	for (layout = study_levels(study, "layout"); *layout; layout++) {
		for (density = study_levels(study, "density"); *density; density++) {
			array = study_find_arm(study, "layout=%s density=%s", *layout, *density);
			if (array < 0)
				continue;
			for (c = 0; c < 3; c++) {
				arm = study_find_arm(study, "strategy=%s layout=%s density=%s",
						     columns[c + 1], *layout, *density);
				cells[c] = study_median(study, arm, drain) -
					   study_median(study, array, drain);
			}
			study_row(study, cells, "%s %s", *layout, *density);
		}
	}
}

/* Two strategies' drains with the same slots pending. */
static struct zramsim_value drain_ratio(const struct study *study, const char *over,
					const char *under, const char *density)
{
	return study_ratio(study, study_find_arm(study, "strategy=%s density=%s", over, density),
			   study_find_arm(study, "strategy=%s density=%s", under, density),
			   "drain_ns_per_slot");
}

/* Up to which density is the flat bitmap dearer than the array without a break? */
static const char *flat_reach(const struct study *study)
{
	const char *const *density = study_levels(study, "density"), *reach = NULL;

	for (; *density; density++) {
		if (study_sign(drain_ratio(study, "bitmap", "array", *density)) != STUDY_MORE)
			break;
		reach = *density;
	}
	return reach;
}

static void say_flat(struct study *study)
{
	struct zramsim_value ratio = drain_ratio(study, "bitmap", "array", SPARSEST);
	int arm = study_find_arm(study, "strategy=bitmap density=%s", SPARSEST);
	const char *reach = flat_reach(study);

	study_say(
		study,
		"With %.0f of %llu slots pending, spread over the device, the flat bitmap takes %s "
		"per pending slot, %s what an array takes that does not search; %s.",
		study_median(study, arm, "pending_slots"),
		(unsigned long long)study_arm(study, arm)->arg[0],
		study_ns(study_median(study, arm, "drain_ns_per_slot")).text,
		study_times(ratio).text,
		study_pick(ratio, "the search costs less than the array's own work",
			   "this run cannot tell the two apart", "the search is what it pays for"));
	study_say(study, "One walk over a map with nothing in it takes %s.",
		  study_ns(study_median(study, arm, "empty_ns")).text);
	if (reach)
		study_say(study, "The flat bitmap is slower than the array up to a density of %s.",
			  reach);
	else
		study_say(study, "At no density does this run show the flat bitmap slower than the "
				 "array.");
}

static void say_tail(struct study *study)
{
	int tail = study_find_arm(study, "strategy=bitmap layout=tail density=0.0001");
	int uniform = study_find_arm(study, "strategy=bitmap layout=uniform density=0.0001");
	struct zramsim_value ratio = study_ratio(study, tail, uniform, "drain_ns_per_slot");

	study_say(
		study,
		"With one slot of 10000 pending, the flat bitmap takes %s as long per slot if they "
		"are at the end as if they are spread: %s.",
		study_times(ratio).text,
		study_pick(ratio, "the end is not the worst place for it",
			   "this run cannot tell the two apart", "the end is worse for it"));
}

static void say_rival(struct study *study, const char *name)
{
	struct zramsim_value few = drain_ratio(study, name, "bitmap", SPARSEST);
	struct zramsim_value all = drain_ratio(study, name, "bitmap", "1");

	study_say(
		study,
		"%s takes %s the time of the flat bitmap with the fewest slots pending (%s) and %s "
		"with all of them pending (%s).",
		name, study_times(few).text,
		study_pick(few, "faster", "this run cannot tell", "slower"), study_times(all).text,
		study_pick(all, "faster", "this run cannot tell", "slower"));
}

static void conclude(struct study *study)
{
	tabulate(study);
	say_flat(study);
	say_tail(study);
	say_rival(study, "hbitmap");
	say_rival(study, "radix");
}

const struct study_ops study_scan_cost = {
	.name = "scan-cost",
	.refs = "Q5",
	.asked = "Kairui Song, 2026-04-12",
	.question = "How much does a worker spend on finding pending slots when there are few of "
		    "them, or when they are all at the end of the device?",
	.runs = "drains of a quiet device for each container, with a hundred-thousandth to all of "
		"its slots pending, spread evenly, in clusters or at the end",
	.factors = {
		{ "strategy", { "array", "bitmap", "hbitmap", "radix" } },
		[LAYOUT_FACTOR] = { "layout", { "uniform", "clustered", "tail" } },
		{ "density", { SPARSEST, "0.0001", "0.001", "0.01", "0.1", "1" } },
	},
	.fixed = { "scenario", "procs", "kick", "flush", "budget" },
	.quantities = {
		{ "drain_ns_per_slot", "ns", "draining all that is pending, over the pending slots",
		  -1 },
		{ "empty_ns", "ns", "a drain that finds nothing", -1 },
		{ "pending_slots", "slots", "pending when the drain began", 0 },
	},
	.size_mib = 4096,
	.nr_runs = 5,
	.arm = arm,
	.probe = probe,
	.conclude = conclude,
};
