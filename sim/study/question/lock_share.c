// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lock-share: the free path taken apart. Lock design, where emptied zspages are freed, batching,
 * how flags are cleared and how much is deferred, in every combination there is; then which of
 * them is worth what on the way from 7.2 to the best combination.
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
#include "sim/study/registry.h"
#include "sim/study/wording.h"

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

static const char *const attributed[] = { "exit_ns", "cpu_ns_per_slot.total" };
static const char *const attributed_words[] = { "exit time", "processor time per slot" };
static const char *const procs_words[] = { "1 process", "2 processes" };

static void defaults(struct zramsim_config *cfg)
{
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
	if (arm->level[DEFER] > DEFER_ZSPAGE)
		arm->cfg.strategies[0] = "pcpu-page";
	return exists(arm->level);
}

/* The combination that runs when these levels are asked for, although it has another name. */
static int find(const struct study *study, const u8 *level)
{
	u8 wanted[STUDY_MAX_FACTORS];
	int i;

	memcpy(wanted, level, sizeof(wanted));
	if (wanted[DEFER] <= DEFER_ZSPAGE) {
		wanted[BATCH] = 0;
		wanted[DEFER] = wanted[PAGES] == PAGES_DEFERRED ? DEFER_ZSPAGE : DEFER_NONE;
	}
	for (i = 0; i < study_nr_arms(study); i++) {
		if (!memcmp(study_arm(study, i)->level, wanted, sizeof(wanted)))
			return i;
	}
	return -1;
}

static void name_arm(const struct study *study, int i, char *buf, size_t size)
{
	snprintf(buf, size, "locks %s, pages %s, flags %s, batch %s, defer %s",
		 study_level(study, i, "locks"), study_level(study, i, "pages"),
		 study_level(study, i, "flags"), study_level(study, i, "batch"),
		 study_level(study, i, "defer"));
}

/**
 * struct gain - the way from 7.2 to a combination
 * @key:	quantity
 * @procs:	level of the processes
 * @from:	levels of 7.2
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

static const struct study_factor *factor_of(const struct study *study, unsigned int f)
{
	return &study_arm(study, 0)->ops->factors[f];
}

/* The factor of a change, and the level it goes to: "locks sharded". */
static struct study_text name_change(const struct study *study, const struct gain *gain,
				     unsigned int change)
{
	unsigned int f = gain->changes[change];
	const struct study_factor *factor = factor_of(study, f);
	struct study_text t;

	snprintf(t.text, sizeof(t.text), "%s %s", factor->key, factor->levels[gain->to[f]]);
	return t;
}

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
	unsigned int i;

	for (i = 0; i < gain->nr; i++) {
		const double cells[] = {
			a->shapley[i].ratio, a->shapley[i].lo,
			a->shapley[i].hi,    100 * log(a->shapley[i].ratio) / log(a->total.ratio),
			a->main[i].ratio,    a->main[i].lo,
			a->main[i].hi,	     a->alone[i].ratio,
			a->last[i].ratio,
		};

		study_row(study, cells, "%s", name_change(study, gain, i).text);
	}
}

static void tabulate_pairs(struct study *study, const struct gain *gain, const char *word)
{
	const struct study_pair *pair;
	unsigned int i;

	for (i = 0; i < gain->share.nr_pairs && i < SHOWN_PAIRS; i++) {
		pair = &gain->share.pairs[i];
		const double cells[] = { pair->effect.ratio, pair->effect.lo, pair->effect.hi };

		study_row(study, cells, "%s with %s, %s, %s",
			  factor_of(study, gain->changes[pair->a])->key,
			  factor_of(study, gain->changes[pair->b])->key, word,
			  procs_words[gain->procs]);
	}
}

static void say_shares(struct study *study, const struct gain *gain)
{
	struct study_names worth = { 0 }, unsure = { 0 }, worse = { 0 };
	unsigned int i;

	for (i = 0; i < gain->nr; i++) {
		const struct study_effect *e = &gain->share.shapley[i];
		struct study_text name = name_change(study, gain, i);

		if (e->hi < 1)
			study_names_add(&worth, "%s %.2f times (%.2f to %.2f)", name.text, e->ratio,
					e->lo, e->hi);
		else if (e->lo > 1)
			study_names_add(&worse, "%s (%.2f times)", name.text, e->ratio);
		else
			study_names_add(&unsure, "%s", name.text);
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
	a = factor_of(study, gain->changes[pair->a])->key;
	b = factor_of(study, gain->changes[pair->b])->key;
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
	struct zramsim_value ratio = study_ratio(study, to, from, gain->key);
	char what[320], name[160];

	name_arm(study, to, name, sizeof(name));
	snprintf(what, sizeof(what), "the %s of the best combination with %s, %s,", word,
		 procs_words[gain->procs], name);
	study_say_ratio(study, ratio, what, "that of 7.2");
	if (study_sign(ratio) != STUDY_LESS)
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
		{ "exit time of 1 process: what each change on the way from 7.2 to the best does",
		  "processor time per slot of 1 process: the same" },
		{ "exit time of 2 processes: the same",
		  "processor time per slot of 2 processes: the same" },
	};
	u8 level[STUDY_MAX_FACTORS] = { 0 };
	int from, to;

	level[PROCS] = (u8)gain->procs;
	gain->key = attributed[quantity];
	from = find(study, level);
	to = study_range(study, gain->key, "procs=%u", gain->procs + 1).low;
	if (from < 0 || to < 0 || from == to)
		return;
	gain->from = study_arm(study, from)->level;
	gain->to = study_arm(study, to)->level;
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
	static const char *const shown[] = { "locks", "defer" };
	const char *const *level;
	struct zramsim_value ratio;
	unsigned int procs, k;
	int i;

	study_table(study, "best", "exit time at best with one level given, and over that of 7.2",
		    columns);
	for (procs = 0; procs < 2; procs++) {
		for (k = 0; k < 2; k++) {
			for (level = study_levels(study, shown[k]); *level; level++) {
				i = study_range(study, "exit_ns", "procs=%u %s=%s", procs + 1,
						shown[k], *level)
					    .low;
				if (i < 0)
					continue;
				ratio = study_ratio(study, i, study_baseline(study, i), "exit_ns");
				const double cells[] = { ratio.median, ratio.ratio, ratio.ratio_lo,
							 ratio.ratio_hi };

				study_row(study, cells, "%s %s, %s", shown[k], *level,
					  procs_words[procs]);
			}
		}
	}
}

/* Q18: better locks and nothing deferred, against deferral on top of the locks of 7.2. */
static void say_root_cause(struct study *study, unsigned int procs)
{
	int root = study_range(study, "exit_ns", "procs=%u defer=none", procs + 1).low;
	int deferred = study_range(study, "exit_ns",
				   "procs=%u locks=class defer!=none defer!=zspage", procs + 1)
			       .low;
	char what[100];

	snprintf(what, sizeof(what),
		 "with %s the exit time that the best locks reach without deferring",
		 procs_words[procs]);
	study_say_ratio(study, study_ratio(study, root, deferred, "exit_ns"), what,
			"that of deferring under the locks of 7.2");
	study_say_ratio(study, study_ratio(study, root, deferred, "cpu_ns_per_slot.total"),
			"its processor time per slot", "that of deferring there");
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
	.factors = {
		[PROCS] = { "procs", { "1", "2" } },
		[LOCKS] = { "locks", { "class", "pool", "class-idx", "sharded" } },
		[PAGES] = { "pages", { "inside", "outside", "deferred" } },
		[FLAGS] = { "flags", { "single", "merged" } },
		[BATCH] = { "batch", { "none", "runs", "sorted" } },
		[DEFER] = { "defer", { "none", "zspage", "handle", "slot" } },
	},
	.fixed = { "scenario", "flush", "workers" },
	.quantities = {
		{ "exit_ns", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.total", NULL, NULL, 0 },
		{ "cpu_ns_per_slot.producer", NULL, NULL, 0 },
		{ "returned_ns.p90", NULL, NULL, 0 },
		{ "class_runs", NULL, NULL, 0 },
	},
	.size_mib = 32,
	.defaults = defaults,
	.arm = arm,
	/* 7.2 with as many processes. */
	.against = "locks pages flags batch defer",
	.conclude = conclude,
};
