// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * zspage-emptied: which share of frees empties a zspage, by class, fragmentation and order.
 *
 * Counts only, and exact. Whoever frees everything empties every zspage, once, so over a whole
 * exit of the only user the share is zspages per object whatever the order; the order decides how
 * early it happens, and what a user that is one of several gets. Hence the shares after a
 * quarter and a half of the frees. Where objects are freed by process, four processes have been
 * stored in turns of 512 objects, and the quarter is the exit of one of them.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/study/probe/pool.h"
#include "sim/study/registry.h"
#include "sim/study/wording.h"
#include "zsmalloc/zsmalloc.h"

enum {
	EMPTIED_POOL = 1,
	EMPTIED_ORDER,
	EMPTIED_GROUPS = 6,
	EMPTIED_PROCS = 4,
	EMPTIED_TURN = 512,	/* objects of one process stored in a row */
	EMPTIED_HOLES_PCT = 30, /* of the objects are gone before, or exchanged per round */
	EMPTIED_AGE_ROUNDS = 10,
};

enum emptied_quantity {
	EMPTIED_QUARTER,
	EMPTIED_HALF,
	EMPTIED_ALL,
	EMPTIED_OBJECTS,
	EMPTIED_ZSPAGES,
	EMPTIED_GROUP,
	EMPTIED_NR = EMPTIED_GROUP + EMPTIED_GROUPS,
};

enum emptied_order {
	EMPTIED_ALLOCATION,
	EMPTIED_REVERSE,
	EMPTIED_RANDOM,
	EMPTIED_PROCESS,
};

/**
 * struct emptied - one probe at work
 * @p:		objects
 * @order:	[@nr] objects as they are freed
 * @nr:		entries in @order
 * @frees:	so far, by group of classes
 * @zspages:	there were at the start, by group
 */
struct emptied {
	struct probe_pool p;
	u32 *order;
	u32 nr;
	u64 frees[EMPTIED_GROUPS];
	u64 zspages[EMPTIED_GROUPS];
};

static bool arm(struct study_arm *arm)
{
	arm->arg[0] = arm->cfg.size_bytes / arm->cfg.page_bytes;
	return strcmp(study_arm_level(arm, "sizes"), "data") || strcmp(arm->cfg.data, "anon");
}

static unsigned int group_of(unsigned int objs)
{
	static const unsigned int upto[] = { 1, 4, 8, 16, 64 };
	unsigned int g;

	for (g = 0; g < EMPTIED_GROUPS - 1 && objs > upto[g]; g++)
		;
	return g;
}

/* Zspages there are, by group of classes. Return: all of them. */
static u64 count_zspages(struct zs_pool *pool, u64 zspages[EMPTIED_GROUPS])
{
	struct zs_class_stats st;
	unsigned int i;
	u64 sum = 0, nr;

	memset(zspages, 0, EMPTIED_GROUPS * sizeof(*zspages));
	for (i = 0; i < zs_nr_classes(pool); i++) {
		if (!zs_class_stats(pool, i, &st))
			continue;
		nr = st.objs_allocated / st.objs_per_zspage;
		zspages[group_of(st.objs_per_zspage)] += nr;
		sum += nr;
	}
	return sum;
}

static void free_object(struct probe_pool *p, u32 i)
{
	zs_free(p->pool, p->handles[i]);
	p->handles[i] = 0;
}

/* Some are gone already, chosen at random. */
static void make_holes(struct emptied *e, u64 *rng)
{
	u32 i;

	for (i = 0; i < e->p.nr; i++) {
		if (kc_random_below(rng, 100) < EMPTIED_HOLES_PCT)
			free_object(&e->p, i);
	}
}

/* Objects have come and gone for long: each takes the place, and the size, of another. */
static int make_old(struct emptied *e, u64 *rng, struct sim_message *msg)
{
	u32 round, i, j, size;
	int err;

	for (round = 0; round < EMPTIED_AGE_ROUNDS; round++) {
		make_holes(e, rng);
		for (i = 0; i < e->p.nr; i++) {
			if (e->p.handles[i])
				continue;
			/* Only objects that are gone change their size. */
			j = (u32)kc_random_below(rng, e->p.nr);
			if (!e->p.handles[j]) {
				size = e->p.sizes[j];
				e->p.sizes[j] = e->p.sizes[i];
				e->p.sizes[i] = size;
			}
			err = probe_pool_store(&e->p, i);
			if (err)
				return sim_fail(msg, err, "no memory to store object %u again", i);
		}
	}
	return 0;
}

static u32 process_of(u32 i)
{
	return i / EMPTIED_TURN % EMPTIED_PROCS;
}

static void choose_order(struct emptied *e, enum emptied_order order, u64 seed)
{
	u32 i, proc, n = 0;

	for (proc = 0; proc < (order == EMPTIED_PROCESS ? EMPTIED_PROCS : 1); proc++) {
		for (i = 0; i < e->p.nr; i++) {
			if (e->p.handles[i] && (order != EMPTIED_PROCESS || process_of(i) == proc))
				e->order[n++] = i;
		}
	}
	e->nr = n;
	for (i = 0; i < n / 2 && order == EMPTIED_REVERSE; i++) {
		u32 swap = e->order[i];

		e->order[i] = e->order[n - 1 - i];
		e->order[n - 1 - i] = swap;
	}
	if (order == EMPTIED_RANDOM)
		probe_shuffle(e->order, n, seed);
}

static void free_range(struct emptied *e, u32 from, u32 to)
{
	struct zs_class_stats st;
	unsigned int class;
	u32 i;

	for (i = from; i < to; i++) {
		class = zs_lookup_class_index(e->p.pool, e->p.sizes[e->order[i]]);
		if (zs_class_stats(e->p.pool, class, &st))
			e->frees[group_of(st.objs_per_zspage)]++;
		free_object(&e->p, e->order[i]);
	}
	zs_flush_deferred(e->p.pool);
}

static void emptied_measure(struct emptied *e, double *values)
{
	u64 zspages[EMPTIED_GROUPS], start = count_zspages(e->p.pool, e->zspages), left;
	u32 quarter = max(e->nr / 4, 1U), half = max(e->nr / 2, 1U), g;

	free_range(e, 0, quarter);
	left = count_zspages(e->p.pool, zspages);
	values[EMPTIED_QUARTER] = (double)(start - left) / quarter;
	free_range(e, quarter, half);
	left = count_zspages(e->p.pool, zspages);
	values[EMPTIED_HALF] = (double)(start - left) / half;
	for (g = 0; g < EMPTIED_GROUPS; g++)
		values[EMPTIED_GROUP + g] =
			e->frees[g] ? (double)(e->zspages[g] - zspages[g]) / (double)e->frees[g]
				    : NAN;
	free_range(e, half, e->nr);
	left = count_zspages(e->p.pool, zspages);
	values[EMPTIED_ALL] = (double)(start - left) / max(e->nr, 1U);
	values[EMPTIED_OBJECTS] = e->nr;
	values[EMPTIED_ZSPAGES] = (double)(start - left);
}

static int emptied_probe(const struct study_arm *arm, u32 repeat, double *values,
			 struct sim_message *msg)
{
	u64 seed = arm->cfg.seed + repeat, rng = ~seed;
	struct emptied e = { 0 };
	int err = probe_pool_init(&e.p, &arm->cfg, study_arm_level(arm, "sizes"), (u32)arm->arg[0],
				  seed, msg);

	if (!err) {
		e.order = calloc(e.p.nr, sizeof(*e.order));
		if (!e.order)
			err = sim_fail(msg, -ENOMEM, "not enough memory for %u objects", e.p.nr);
	}
	if (!err && arm->level[EMPTIED_POOL] == 1)
		make_holes(&e, &rng);
	if (!err && arm->level[EMPTIED_POOL] == 2)
		err = make_old(&e, &rng, msg);
	if (!err) {
		choose_order(&e, (enum emptied_order)arm->level[EMPTIED_ORDER], seed);
		emptied_measure(&e, values);
		if (zs_get_total_pages(e.p.pool))
			err = sim_fail(msg, -EPROTO, "%lu pages are left in a pool without objects",
				       zs_get_total_pages(e.p.pool));
	}
	free(e.order);
	probe_pool_exit(&e.p);
	return err;
}

static void say_rarity(struct study *study, const char *sizes, const char *what)
{
	int arm = study_find_arm(study, "sizes=%s", sizes);
	double all = study_median(study, arm, "share_100");

	if (isnan(all))
		return;
	study_say(study, "%s: one free in %.1f empties a zspage when everything is freed (%s), %s.",
		  what, 1 / all, study_percent(all).text,
		  all < 0.1 ? "less than a tenth" : "a tenth or more");
}

static void say_order(struct study *study)
{
	struct study_range r = study_range(study, "share_25", "sizes=anon");

	if (r.low < 0)
		return;
	study_say(study,
		  "Of the first quarter of the frees, with anonymous sizes, between %s (pool %s, "
		  "order %s) and %s (pool %s, order %s) empty one.",
		  study_percent(study_median(study, r.low, "share_25")).text,
		  study_level(study, r.low, "pool"), study_level(study, r.low, "order"),
		  study_percent(study_median(study, r.high, "share_25")).text,
		  study_level(study, r.high, "pool"), study_level(study, r.high, "order"));
}

/* One process out of four, by what came before, against what its share of zspages would be. */
static void say_process(struct study *study)
{
	int fresh = study_find_arm(study, "order=process");
	int aged = study_find_arm(study, "order=process pool=aged");
	double a = study_median(study, fresh, "share_25"),
	       b = study_median(study, aged, "share_25");

	if (isnan(a) || isnan(b))
		return;
	study_say(
		study,
		"The exit of one process of four empties a zspage with %s of its frees in a fresh "
		"pool and with %s in one where objects have come and gone: %s.",
		study_percent(a).text, study_percent(b).text,
		b < a	? "age makes it rarer"
		: b > a ? "age makes it more frequent"
			: "age changes nothing");
}

/* By class, in random order; sizes spread evenly, so that every kind of class is there. */
static void say_groups(struct study *study)
{
	int arm = study_find_arm(study, "sizes=uniform order=random");
	double one = study_median(study, arm, "half_objs_1");
	double few = study_median(study, arm, "half_objs_2_4");
	double many = study_median(study, arm, "half_objs_17_64");

	if (isnan(one) || isnan(few) || isnan(many))
		return;
	study_say(study,
		  "It depends on the class: with sizes spread evenly and in random order, of the "
		  "first half of the frees %s empty one where a zspage has one object, %s where it "
		  "has 2 to 4, %s where it has 17 to 64.",
		  study_percent(one).text, study_percent(few).text, study_percent(many).text);
}

static void conclude(struct study *study)
{
	say_rarity(study, "anon", "With the sizes of anonymous memory");
	say_rarity(study, "rfc", "With the RFC's data");
	say_rarity(study, "uniform", "With sizes spread evenly over a page");
	say_rarity(study, "data", "With the data given");
	say_order(study);
	say_process(study);
	say_groups(study);
}

const struct study_ops study_zspage_emptied = {
	.name = "zspage-emptied",
	.refs = "Q16",
	.asked = "Joshua Hahn, 2026-05-28",
	.question = "Is a free that leaves its zspage empty a rare case?",
	.runs = "pools freed object by object in four orders: fresh, with holes, after long use; "
		"counts without a clock",
	.factors = {
		{ "sizes", { "anon", "rfc", "uniform", "data" } },
		[EMPTIED_POOL] = { "pool", { "fresh", "holes", "aged" } },
		[EMPTIED_ORDER] = { "order", { "allocation", "reverse", "random", "process" } },
	},
	.fixed = { "scenario", "procs", "strategy" },
	/* In the order of enum emptied_quantity. */
	.quantities = {
		{ "share_25", "share", "of the first quarter of all frees", 0 },
		{ "share_50", "share", "of the first half", 0 },
		{ "share_100", "share", "of all", 0 },
		{ "objects", "objects", "freed", 0 },
		{ "zspages", "zspages", "emptied", 0 },
		{ "half_objs_1", "share",
		  "of the first half, classes with 1 object per zspage", 0 },
		{ "half_objs_2_4", "share", "the same, 2 to 4 objects", 0 },
		{ "half_objs_5_8", "share", "the same, 5 to 8 objects", 0 },
		{ "half_objs_9_16", "share", "the same, 9 to 16 objects", 0 },
		{ "half_objs_17_64", "share", "the same, 17 to 64 objects", 0 },
		{ "half_objs_65", "share", "the same, more", 0 },
	},
	.nr_runs = 5,
	.arm = arm,
	.probe = emptied_probe,
	.conclude = conclude,
};
