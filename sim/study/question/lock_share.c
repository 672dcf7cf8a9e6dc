// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lock-share: the free path taken apart. Lock design, where emptied zspages are freed, batching,
 * how flags are cleared and how much is deferred, in every combination there is; then which of
 * them is worth what on the way from 7.1 to the best combination.
 *
 * What is deferred by handle or by slot is kept in pcpu-page, so that the depth is compared and not
 * the container. Two sets of combinations do not exist: with nothing queued there is nothing to
 * batch, so a corner of the attribution that would batch nothing is the one that does not; and
 * deferring only the pages of emptied zspages is what `--defer zspage` means.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/attribution.h"
#include "sim/study/names.h"
#include "sim/study/registry.h"

/* Factors by number; the changes of a cube are all but the first. */
enum {
	PROCS,
	LOCKS,
	PAGES,
	FLAGS,
	BATCH,
	DEFER,
	NR_FACTORS,
};

enum {
	PAGES_DEFERRED = 2,
	DEFER_NONE = 0,
	DEFER_ZSPAGE = 1,
	FLUSH_MS = 5,
	SHOWN_PAIRS = 3,
};

static const struct study_factor factors[] = {
	[PROCS] = { "procs", { "1", "2", NULL } },
	[LOCKS] = { "locks", { "class", "pool", "class-idx", "sharded", NULL } },
	[PAGES] = { "pages", { "inside", "outside", "deferred", NULL } },
	[FLAGS] = { "flags", { "single", "merged", NULL } },
	[BATCH] = { "batch", { "none", "runs", "sorted", NULL } },
	[DEFER] = { "defer", { "none", "zspage", "handle", "slot", NULL } },
	{ NULL, { NULL } },
};

static const char *const fixed[] = { "scenario", "flush", "workers", NULL };

static const struct study_quantity quantities[] = {
	{ "exit_ns", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
	{ "cpu_ns_per_slot.producer", NULL, NULL, 0 },
	{ "returned_ns.p90", NULL, NULL, 0 },
	{ "class_runs", NULL, NULL, 0 },
	{ NULL, NULL, NULL, 0 },
};

static const char *const attributed[] = { "exit_ns", "cpu_ns_per_slot.total" };
static const char *const attributed_words[] = { "exit time", "processor time per slot" };

static void defaults(struct zramsim_config *cfg)
{
	cfg->size_bytes = 32ull << 20;
	cfg->runs = 7;
	cfg->strategy.flush_ms = FLUSH_MS;
	cfg->max_ns = 120000000000ull;
}

static bool exists(const u8 *level)
{
	if (level[DEFER] > DEFER_ZSPAGE)
		return true;
	if (level[BATCH])
		return false;
	return (level[DEFER] == DEFER_ZSPAGE) == (level[PAGES] == PAGES_DEFERRED);
}

static bool arm(struct study_arm *arm)
{
	arm->cfg.strategies[0] = arm->level[DEFER] > DEFER_ZSPAGE ? "pcpu-page" : "sync";
	arm->cfg.nr_strategies = 1;
	return exists(arm->level);
}

/* The combination that runs when these levels are asked for, although it has another name. */
static int find(const struct study *study, const u8 *level)
{
	u8 wanted[STUDY_MAX_FACTORS];
	unsigned int i;

	memcpy(wanted, level, sizeof(wanted));
	if (wanted[DEFER] <= DEFER_ZSPAGE) {
		wanted[BATCH] = 0;
		wanted[DEFER] = wanted[PAGES] == PAGES_DEFERRED ? DEFER_ZSPAGE : DEFER_NONE;
	}
	for (i = 0; i < study_nr_arms(study); i++) {
		if (!memcmp(study_arm(study, i)->level, wanted, sizeof(wanted)))
			return (int)i;
	}
	return -1;
}

/* 7.1 with as many processes. */
static int baseline(const struct study *study, unsigned int i)
{
	u8 level[STUDY_MAX_FACTORS] = { 0 };

	level[PROCS] = study_arm(study, i)->level[PROCS];
	return find(study, level);
}

/*
 * The arm with the smallest median among those with a number of processes and a level of one
 * factor; -1 if there is none. @factor: NR_FACTORS for any
 */
static int best(const struct study *study, const char *key, unsigned int procs, unsigned int factor,
		unsigned int level)
{
	struct zramsim_value value;
	double least = INFINITY;
	int found = -1;
	unsigned int i;

	for (i = 0; i < study_nr_arms(study); i++) {
		const u8 *levels = study_arm(study, i)->level;

		if (levels[PROCS] != procs || (factor < NR_FACTORS && levels[factor] != level))
			continue;
		value = study_value(study, i, key);
		if (value.nr && value.median < least) {
			least = value.median;
			found = (int)i;
		}
	}
	return found;
}

static void name_arm(const struct study *study, int i, char *buf, size_t size)
{
	const u8 *level = study_arm(study, (unsigned int)i)->level;

	snprintf(buf, size, "locks %s, pages %s, flags %s, batch %s, defer %s",
		 factors[LOCKS].levels[level[LOCKS]], factors[PAGES].levels[level[PAGES]],
		 factors[FLAGS].levels[level[FLAGS]], factors[BATCH].levels[level[BATCH]],
		 factors[DEFER].levels[level[DEFER]]);
}

/**
 * struct gain - the way from 7.1 to a combination
 * @key:	quantity
 * @procs:	level of the processes
 * @from:	levels of 7.1
 * @to:		levels of the combination
 * @changes:	factors in which they differ
 * @nr:		entries in @changes
 * @share:	worked out
 */
struct gain {
	const char *key;
	unsigned int procs;
	const u8 *from;
	const u8 *to;
	unsigned int changes[ATTRIBUTION_CHANGES];
	unsigned int nr;
	struct study_attribution share;
};

/* Depth zspage is nothing but pages left to a worker: there is no further change in the depth. */
static bool differs(const struct gain *gain, unsigned int factor)
{
	if (factor == DEFER && gain->to[DEFER] == DEFER_ZSPAGE)
		return false;
	return gain->from[factor] != gain->to[factor];
}

static bool attribute(const struct study *study, struct gain *gain)
{
	u8 level[STUDY_MAX_FACTORS];
	struct study_cube cube = { 0 };
	int corners[ATTRIBUTION_CORNERS];
	unsigned int f, s, i;
	double *rows;
	bool done;

	for (f = LOCKS; f < NR_FACTORS; f++) {
		if (differs(gain, f))
			gain->changes[gain->nr++] = f;
	}
	cube.nr = gain->nr;
	for (s = 0; s < 1u << gain->nr; s++) {
		memcpy(level, gain->from, sizeof(level));
		for (i = 0; i < gain->nr; i++) {
			if (s >> i & 1)
				level[gain->changes[i]] = gain->to[gain->changes[i]];
		}
		corners[s] = find(study, level);
		if (corners[s] < 0)
			return false;
	}
	rows = study_rounds(study, corners, 1u << gain->nr, gain->key, &cube.nr_rounds);
	for (s = 0; rows && s < 1u << gain->nr; s++)
		cube.samples[s] = rows + (size_t)s * cube.nr_rounds;
	done = rows && study_attribute(&cube, &gain->share);
	free(rows);
	return done;
}

static const char *const share_columns[] = { "change",	"ratio", "from",      "to",
					     "share %", "main",	 "main from", "main to",
					     "alone",	"last",	 NULL };

static void tabulate(struct study *study, const struct gain *gain)
{
	const struct study_attribution *a = &gain->share;
	unsigned int i, f;

	for (i = 0; i < gain->nr; i++) {
		const double cells[] = {
			a->shapley[i].ratio, a->shapley[i].lo,
			a->shapley[i].hi,    100 * log(a->shapley[i].ratio) / log(a->total.ratio),
			a->main[i].ratio,    a->main[i].lo,
			a->main[i].hi,	     a->alone[i].ratio,
			a->last[i].ratio,
		};

		f = gain->changes[i];
		study_row(study, cells, "%s %s", factors[f].key, factors[f].levels[gain->to[f]]);
	}
}

static void tabulate_pairs(struct study *study, const struct gain *gain, const char *word)
{
	const struct study_pair *pair;
	unsigned int i;

	for (i = 0; i < gain->share.nr_pairs && i < SHOWN_PAIRS; i++) {
		pair = &gain->share.pairs[i];
		const double cells[] = { pair->effect.ratio, pair->effect.lo, pair->effect.hi };

		study_row(study, cells, "%s with %s, %s, %s", factors[gain->changes[pair->a]].key,
			  factors[gain->changes[pair->b]].key, word,
			  gain->procs ? "2 processes" : "1 process");
	}
}

static void say_shares(struct study *study, const struct gain *gain)
{
	struct study_names worth = { 0 }, unsure = { 0 }, worse = { 0 };
	unsigned int i, f;

	for (i = 0; i < gain->nr; i++) {
		const struct study_effect *e = &gain->share.shapley[i];

		f = gain->changes[i];
		if (e->hi < 1)
			study_names_add(&worth, "%s %s %.2f times (%.2f to %.2f)", factors[f].key,
					factors[f].levels[gain->to[f]], e->ratio, e->lo, e->hi);
		else if (e->lo > 1)
			study_names_add(&worse, "%s %s (%.2f times)", factors[f].key,
					factors[f].levels[gain->to[f]], e->ratio);
		else
			study_names_add(&unsure, "%s %s", factors[f].key,
					factors[f].levels[gain->to[f]]);
	}
	if (worth.nr)
		study_say(study,
			  "Of that, averaged over the orders in which the changes could be "
			  "made, %s.",
			  worth.text);
	if (worse.nr)
		study_say(study, "A step back on the way: %s.", worse.text);
	if (unsure.nr)
		study_say(study, "What is due to %s this run cannot tell.", unsure.text);
}

static void say_pair(struct study *study, const struct gain *gain)
{
	const struct study_pair *pair = &gain->share.pairs[0];
	const char *a, *b;

	if (!gain->share.nr_pairs)
		return;
	a = factors[gain->changes[pair->a]].key;
	b = factors[gain->changes[pair->b]].key;
	if (pair->effect.lo > 1)
		study_say(study,
			  "The gains of %s and %s overlap most: together they leave %.2f times "
			  "(%.2f to %.2f) what they would leave if neither depended on the other.",
			  a, b, pair->effect.ratio, pair->effect.lo, pair->effect.hi);
	else if (pair->effect.hi < 1)
		study_say(study,
			  "The changes of %s and %s help each other most: together they leave "
			  "%.2f times (%.2f to %.2f) what they would leave if neither depended on "
			  "the other.",
			  a, b, pair->effect.ratio, pair->effect.lo, pair->effect.hi);
	else
		study_say(study, "No interaction between two changes stands out of the noise.");
}

static void say_gain(struct study *study, const struct gain *gain, int to, int from,
		     const char *word)
{
	const char *procs = gain->procs ? "2 processes" : "1 process";
	struct zramsim_value ratio = study_ratio(study, to, from, gain->key);
	char what[320], name[160];

	name_arm(study, to, name, sizeof(name));
	snprintf(what, sizeof(what), "the %s of the best combination with %s, %s,", word, procs,
		 name);
	study_say_ratio(study, &ratio, what, "that of 7.1");
	if (study_sign(&ratio) != STUDY_LESS)
		return;
	say_shares(study, gain);
	say_pair(study, gain);
}

static void take_apart(struct study *study, struct gain *gain, unsigned int quantity)
{
	static const char *const keys[2][2] = {
		{ "exit_ns_1", "cpu_ns_per_slot_1" },
		{ "exit_ns_2", "cpu_ns_per_slot_2" },
	};
	static const char *const titles[2][2] = {
		{ "exit time of 1 process: what each change on the way from 7.1 to the best does",
		  "processor time per slot of 1 process: the same" },
		{ "exit time of 2 processes: the same",
		  "processor time per slot of 2 processes: the same" },
	};
	u8 level[STUDY_MAX_FACTORS] = { 0 };
	int from, to;

	level[PROCS] = (u8)gain->procs;
	gain->key = attributed[quantity];
	from = find(study, level);
	to = best(study, gain->key, gain->procs, NR_FACTORS, 0);
	if (from < 0 || to < 0 || from == to)
		return;
	gain->from = study_arm(study, (unsigned int)from)->level;
	gain->to = study_arm(study, (unsigned int)to)->level;
	if (!attribute(study, gain))
		return;
	study_table(study, keys[gain->procs][quantity], titles[gain->procs][quantity],
		    share_columns);
	tabulate(study, gain);
	say_gain(study, gain, to, from, attributed_words[quantity]);
}

/* The best that each depth, and each lock design, reaches with the others free. */
static void tabulate_best(struct study *study)
{
	static const char *const columns[] = { "with", "exit_ns", "ratio", "from", "to", NULL };
	static const unsigned int shown[] = { LOCKS, DEFER };
	struct zramsim_value ratio;
	unsigned int procs, k, level, f;
	int i;

	study_table(study, "best", "exit time at best with one level given, and over that of 7.1",
		    columns);
	for (procs = 0; procs < 2; procs++) {
		for (k = 0; k < 2; k++) {
			f = shown[k];
			for (level = 0; factors[f].levels[level]; level++) {
				i = best(study, "exit_ns", procs, f, level);
				if (i < 0)
					continue;
				ratio = study_ratio(study, i, baseline(study, (unsigned int)i),
						    "exit_ns");
				const double cells[] = { ratio.median, ratio.ratio, ratio.ratio_lo,
							 ratio.ratio_hi };

				study_row(study, cells, "%s %s, %s", factors[f].key,
					  factors[f].levels[level],
					  procs ? "2 processes" : "1 process");
			}
		}
	}
}

/* Q18: better locks and nothing deferred, against deferral on top of the locks of 7.1. */
static void say_root_cause(struct study *study, unsigned int procs)
{
	int root = best(study, "exit_ns", procs, DEFER, DEFER_NONE), deferred = -1;
	struct zramsim_value value, ratio;
	double least = INFINITY;
	unsigned int i;

	for (i = 0; i < study_nr_arms(study); i++) {
		const u8 *level = study_arm(study, i)->level;

		if (level[PROCS] != procs || level[LOCKS] || level[DEFER] <= DEFER_ZSPAGE)
			continue;
		value = study_value(study, i, "exit_ns");
		if (value.nr && value.median < least) {
			least = value.median;
			deferred = (int)i;
		}
	}
	ratio = study_ratio(study, root, deferred, "exit_ns");
	study_say_ratio(study, &ratio,
			procs ? "with 2 processes the exit time that the best locks reach without "
				"deferring"
			      : "with 1 process the exit time that the best locks reach without "
				"deferring",
			"that of deferring under the locks of 7.1");
	ratio = study_ratio(study, root, deferred, "cpu_ns_per_slot.total");
	study_say_ratio(study, &ratio, "its processor time per slot", "that of deferring there");
}

static void conclude(struct study *study)
{
	static const char *const columns[] = { "changes", "ratio", "from", "to", NULL };
	struct gain gains[4] = { 0 };
	unsigned int procs, quantity, i = 0;

	for (procs = 0; procs < 2; procs++) {
		for (quantity = 0; quantity < 2; quantity++) {
			gains[i].procs = procs;
			take_apart(study, &gains[i++], quantity);
		}
	}
	study_table(study, "interactions",
		    "the largest interactions: both changes together over one by one", columns);
	for (i = 0; i < 4; i++)
		tabulate_pairs(study, &gains[i], attributed_words[i & 1]);
	tabulate_best(study);
	for (procs = 0; procs < 2; procs++)
		say_root_cause(study, procs);
	study_say(study, "The best of many combinations is picked by the figures it is judged by "
			 "and looks a little better than it is.");
}

const struct study_ops study_lock_share = {
	.name = "lock-share",
	.refs = "Q1, Q18",
	.asked = "Yosry Ahmed, 2026-04-27; Yosry Ahmed, 2026-04-29; Yosry Ahmed, 2026-05-08; "
		 "Kairui Song, 2025-09-09",
	.question = "How much of the gain comes from each part, the locks, freeing zspages, the "
		    "bookkeeping, deferral itself, and is fixing the root cause better than "
		    "deferring?",
	.runs = "exit of 1 and 2 processes with every combination of lock design, place where "
		"zspages are freed, flags, batching and depth of deferral that exists",
	.limits = "what the lock designs are worth when more than two processors free at once: "
		  "contention grows with their number, and so does its share of the gain",
	.limits_below = 3,
	.factors = factors,
	.fixed = fixed,
	.quantities = quantities,
	.defaults = defaults,
	.arm = arm,
	.baseline = baseline,
	.conclude = conclude,
};
