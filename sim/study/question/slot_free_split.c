// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * slot-free-split: where the time of slot_free() goes, by object size and by what the caches hold.
 *
 * warm: slots are freed in groups right after they were stored. cold: all are stored, a buffer
 * larger than the caches is walked, and they are freed in the order of their numbers, as an exit
 * does. scattered: the same in random order, so that nothing is fetched along. The words of the
 * slots are in the cache either way: who frees a slot has just taken its lock.
 *
 * Everything is measured three times over: as a whole without timers; with a timer per phase; and
 * apart, all slots detached first, then all objects freed, which needs no timers inside but meets
 * other contents of the caches.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/compiler.h>
#include <linux/minmax.h>

#include "phase.h"
#include "port.h"
#include "sim/figures/stats.h"
#include "sim/study/probe/pool.h"
#include "sim/study/registry.h"
#include "sim/study/wording.h"
#include "zram/slot.h"
#include "zram/zram.h"
#include "zram/zram_phase.h"

enum {
	CACHE_FACTOR = 1,
	SPLIT_ROUNDS = 3,  /* per repeat */
	SPLIT_GROUP = 128, /* slots that are stored and freed at once when warm */
};

enum split_cache {
	SPLIT_WARM,
	SPLIT_COLD,
	SPLIT_SCATTERED,
};

enum split_quantity {
	SPLIT_SHARE,
	SPLIT_APART_SHARE,
	SPLIT_WHOLE_NS,
	SPLIT_TIMED_NS,
	SPLIT_SLOT_NS,
	SPLIT_FIRST_ZS,
	SPLIT_NR = SPLIT_FIRST_ZS + ZS_PHASE_END - ZS_PHASE_LOOKUP,
};

/** enum split_how - what a pass measures */
enum split_how {
	SPLIT_WHOLE,
	SPLIT_TIMED,
	SPLIT_APART,
};

/**
 * struct split - one probe at work
 * @dev:	device
 * @cold:	what empties the caches
 * @cache:	what they hold
 * @bytes:	of an object
 * @data:	content, of a page
 * @order:	[@nr] slots as they are freed
 * @handles:	[@nr] by position in @order
 * @nr:		slots
 * @phases:	recorded
 * @slot_ns:	time of slot_free(), or of slot_detach() where it is apart
 * @zs_ns:	time of zs_free() where it is apart
 */
struct split {
	struct probe_device dev;
	struct probe_cold cold;
	enum split_cache cache;
	u32 bytes;
	void *data;
	u32 *order;
	unsigned long *handles;
	u32 nr;
	struct kc_phases phases;
	u64 slot_ns;
	u64 zs_ns;
};

static void defaults(struct zramsim_config *cfg)
{
	cfg->model.kernel = ZRAMSIM_KERNEL_7_1; /* what was asked about */
}

static bool arm(struct study_arm *arm)
{
	const char *size = study_arm_level(arm, "object");

	arm->arg[0] = strcmp(size, "page") ? strtoul(size, NULL, 10) : arm->cfg.page_bytes;
	arm->arg[1] = arm->cfg.size_bytes / arm->cfg.page_bytes;
	return true;
}

static int split_fill(struct split *s, u32 from, u32 nr, struct sim_message *msg)
{
	u32 i;
	int err;

	/* Stored in the order of their numbers, whatever the order they are freed in. */
	for (i = from; i < from + nr; i++) {
		err = zram_write_compressed(s->dev.zram, i, s->data, s->bytes);
		if (err)
			return sim_fail(msg, err, "slot %u cannot be filled: %s", i,
					strerror(-err));
	}
	return 0;
}

static void evict(struct split *s)
{
	if (s->cache != SPLIT_WARM)
		probe_cold_evict(&s->cold);
}

/* Only lock and unlock. Return: the time that takes. */
static u64 lock_slots(const struct split *s, u32 from, u32 nr)
{
	struct zram *zram = s->dev.zram;
	u64 start = kc_now_ns();
	u32 i;

	for (i = from; i < from + nr; i++) {
		slot_lock(zram, s->order[i]);
		slot_unlock(zram, s->order[i]);
	}
	return kc_now_ns() - start;
}

/* Slots were worked on since @start: what lock and loop cost is not slot_free()'s. */
static void take_time(struct split *s, u64 start, u32 from, u32 nr)
{
	u64 ns = kc_now_ns() - start, locks = lock_slots(s, from, nr);

	s->slot_ns += ns > locks ? ns - locks : 0;
}

static void free_slots(struct split *s, u32 from, u32 nr)
{
	struct zram *zram = s->dev.zram;
	u64 start = kc_now_ns();
	u32 i;

	for (i = from; i < from + nr; i++) {
		slot_lock(zram, s->order[i]);
		slot_free(zram, s->order[i]);
		slot_unlock(zram, s->order[i]);
	}
	take_time(s, start, from, nr);
}

static int free_timed(struct split *s, u32 from, u32 nr, struct sim_message *msg)
{
	int err = kc_phases_start(KC_PHASE_OTHER);

	if (err)
		return sim_fail(msg, err, "not enough memory to time the phases");
	free_slots(s, from, nr);
	kc_phases_stop(&s->phases);
	return 0;
}

static void free_apart(struct split *s, u32 from, u32 nr)
{
	struct zram *zram = s->dev.zram;
	struct zs_pool *pool = zram_pool(zram);
	u64 start = kc_now_ns();
	u32 i;

	for (i = from; i < from + nr; i++) {
		slot_lock(zram, s->order[i]);
		s->handles[i] = slot_detach(zram, s->order[i], NULL);
		slot_unlock(zram, s->order[i]);
	}
	take_time(s, start, from, nr);
	evict(s);
	start = kc_now_ns();
	for (i = from; i < from + nr; i++)
		zs_free(pool, s->handles[i]);
	s->zs_ns += kc_now_ns() - start;
}

/* Store and free all slots once, a group at a time when warm. */
static int split_pass(struct split *s, enum split_how how, struct sim_message *msg)
{
	u32 group = s->cache == SPLIT_WARM ? min(s->nr, (u32)SPLIT_GROUP) : s->nr, from, nr;
	int err = 0;

	s->slot_ns = 0;
	s->zs_ns = 0;
	for (from = 0; from < s->nr && !err; from += nr) {
		nr = min(group, s->nr - from);
		err = split_fill(s, from, nr, msg);
		if (err)
			break;
		evict(s);
		lock_slots(s, from, nr);
		if (how == SPLIT_WHOLE)
			free_slots(s, from, nr);
		else if (how == SPLIT_TIMED)
			err = free_timed(s, from, nr, msg);
		else
			free_apart(s, from, nr);
	}
	return err;
}

static int split_init(struct split *s, const struct study_arm *arm, struct sim_message *msg)
{
	u32 page_bytes = arm->cfg.page_bytes, i;
	u64 rng = arm->cfg.seed;
	int err;

	s->cache = (enum split_cache)arm->level[CACHE_FACTOR];
	s->bytes = (u32)arm->arg[0];
	s->nr = (u32)arm->arg[1];
	s->data = malloc(page_bytes);
	s->order = calloc(s->nr, sizeof(*s->order));
	s->handles = calloc(s->nr, sizeof(*s->handles));
	err = probe_cold_init(&s->cold);
	if (err || !s->data || !s->order || !s->handles)
		return sim_fail(msg, -ENOMEM, "not enough memory for %u slots", s->nr);
	for (i = 0; i < page_bytes / sizeof(rng); i++)
		((u64 *)s->data)[i] = kc_random_u64(&rng);
	for (i = 0; i < s->nr; i++)
		s->order[i] = i;
	if (s->cache == SPLIT_SCATTERED)
		probe_shuffle(s->order, s->nr, rng);
	return probe_device_init(&s->dev, &arm->cfg, s->nr + s->nr / 4, msg);
}

static void split_exit(struct split *s)
{
	probe_device_exit(&s->dev);
	probe_cold_exit(&s->cold);
	free(s->handles);
	free(s->order);
	free(s->data);
}

/* Time per slot in each phase. */
static void phase_values(const struct split *s, double *values)
{
	u32 i;

	for (i = ZS_PHASE_LOOKUP; i < ZS_PHASE_END; i++)
		values[SPLIT_FIRST_ZS + i - ZS_PHASE_LOOKUP] = s->phases.ns[i] / s->nr;
	values[SPLIT_SLOT_NS] = s->phases.ns[ZRAM_PHASE_SLOT] / s->nr;
}

/* What follows from the phases. */
static void split_values(double *values)
{
	double zs = 0, slot = values[SPLIT_SLOT_NS];
	u32 q;

	for (q = SPLIT_FIRST_ZS; q < SPLIT_NR; q++)
		zs += values[q];
	values[SPLIT_TIMED_NS] = slot + zs;
	values[SPLIT_SHARE] = slot + zs > 0 ? zs / (slot + zs) : NAN;
}

/* Everything once, whole, apart and timed. @values: one per quantity, filled in */
static int split_round(struct split *s, double *values, struct sim_message *msg)
{
	int err = split_pass(s, SPLIT_WHOLE, msg);

	values[SPLIT_WHOLE_NS] = (double)s->slot_ns / s->nr;
	if (!err)
		err = split_pass(s, SPLIT_APART, msg);
	values[SPLIT_APART_SHARE] = (double)s->zs_ns / (double)max(s->zs_ns + s->slot_ns, 1ull);
	memset(&s->phases, 0, sizeof(s->phases));
	if (!err)
		err = split_pass(s, SPLIT_TIMED, msg);
	phase_values(s, values);
	return err;
}

/* The median of some rounds: a task that loses its processor loses it in a single phase. */
static int split_probe(const struct study_arm *arm, u32 repeat, double *values,
		       struct sim_message *msg)
{
	double rounds[SPLIT_ROUNDS][SPLIT_NR] = { 0 }, column[SPLIT_ROUNDS];
	struct split s = { 0 };
	int err = split_init(&s, arm, msg);
	u32 q, k;

	(void)repeat;
	/* The first pass touches the memory that the others find in place. */
	if (!err)
		err = split_pass(&s, SPLIT_WHOLE, msg);
	for (k = 0; k < SPLIT_ROUNDS && !err; k++)
		err = split_round(&s, rounds[k], msg);
	for (q = 0; q < SPLIT_NR && !err; q++) {
		for (k = 0; k < SPLIT_ROUNDS; k++)
			column[k] = rounds[k][q];
		values[q] = sim_median(column, SPLIT_ROUNDS);
	}
	if (!err)
		split_values(values);
	split_exit(&s);
	return err;
}

/*
 * What the thread that started the question says about the share.
 * Source: mails of 2026-04-14 and 2026-04-21 in the thread of the zram RFC of April 2026.
 */
static const struct {
	double share;
	const char *when;
} published[] = {
	{ 0.65, "2026-04-14" },
	{ 0.87, "2026-04-21" },
};

static void say_published(struct study *study, double low, double high)
{
	bool inside;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(published); i++) {
		inside = low <= published[i].share && published[i].share <= high;
		study_say(study, "The %s named on the kernel list on %s %s.",
			  study_percent(published[i].share).text, published[i].when,
			  inside		     ? "is within this range"
			  : published[i].share < low ? "is less than any of these"
						     : "is more than any of these");
	}
}

static void say_share(struct study *study)
{
	struct study_range r = study_range(study, "zs_free_share", " ");
	double low = study_median(study, r.low, "zs_free_share");
	double high = study_median(study, r.high, "zs_free_share");

	if (r.low < 0) {
		study_say(study, "No phase was recorded, so this run says nothing about shares.");
		return;
	}
	study_say(study,
		  "zs_free is %s of slot_free with objects of %s and caches %s, and %s with "
		  "objects of %s and caches %s; all other combinations are in between.",
		  study_percent(low).text, study_level(study, r.low, "object"),
		  study_level(study, r.low, "cache"), study_percent(high).text,
		  study_level(study, r.high, "object"), study_level(study, r.high, "cache"));
	say_published(study, low, high);
}

/* In how many sizes does the share rise or fall for certain when caches are cold? */
static void say_cold(struct study *study)
{
	const char *const *size = study_levels(study, "object");
	unsigned int more = 0, less = 0, nr = 0;
	struct zramsim_value ratio, time;

	for (; *size; size++, nr++) {
		ratio = study_ratio(study, study_find_arm(study, "object=%s cache=cold", *size),
				    study_find_arm(study, "object=%s cache=warm", *size),
				    "zs_free_share");
		more += study_sign(ratio) == STUDY_MORE;
		less += study_sign(ratio) == STUDY_LESS;
	}
	time = study_ratio(study, study_find_arm(study, "object=1024 cache=cold"),
			   study_find_arm(study, "object=1024 cache=warm"), "slot_free_ns");
	study_say(study,
		  "Of %u object sizes the share is larger with cold caches than with warm ones in "
		  "%u, smaller in %u; in the others this run cannot tell.",
		  nr, more, less);
	study_say(study, "slot_free of a 1024-byte object takes %s as long cold as warm: %s.",
		  study_times(time).text,
		  study_pick(time, "it is faster cold", "this run cannot tell them apart",
			     "it is slower cold"));
}

/* Which phase is the largest, cold, size by size? */
static void say_largest(struct study *study)
{
	const char *const *size = study_levels(study, "object");
	const struct study_quantity *quantities = study_arm(study, 0)->ops->quantities;
	u32 wins[SPLIT_NR] = { 0 }, q, best, nr = 0;
	double v, most;
	int arm;

	for (; *size; size++) {
		arm = study_find_arm(study, "object=%s cache=cold", *size);
		for (q = SPLIT_SLOT_NS, best = 0, most = 0; q < SPLIT_NR; q++) {
			v = study_median(study, arm, quantities[q].key);
			if (v > most) {
				most = v;
				best = q;
			}
		}
		wins[best] += best != 0;
		nr += best != 0;
	}
	for (q = SPLIT_SLOT_NS; q < SPLIT_NR; q++) {
		if (wins[q])
			study_say(
				study,
				"With cold caches the largest phase is \"%s\" for %u of %u sizes.",
				quantities[q].summary, wins[q], nr);
	}
}

static void conclude(struct study *study)
{
	struct study_range r = study_range(study, "slot_free_ns", " ");
	double timed = study_median(study, r.low, "timed_ns");
	double whole = study_median(study, r.low, "slot_free_ns");

	say_share(study);
	say_cold(study);
	say_largest(study);
	if (r.low >= 0 && timed > 1.3 * whole)
		study_warn(
			study,
			"the phases add up to %.1f times the time without timers where a free is "
			"fastest, so shares of short phases are too large there",
			timed / whole);
}

const struct study_ops study_slot_free_split = {
	.name = "slot-free-split",
	.refs = "Q8",
	.asked = "Barry Song, 2026-04-16",
	.question = "Which part of the time of slot_free() is spent in zs_free(), and on what?",
	.runs = "slot_free() of objects of six sizes, caches warm and cold, phase by phase "
		"and in two halves",
	.factors = {
		{ "object", { "64", "256", "1024", "2048", "3072", "page" } },
		[CACHE_FACTOR] = { "cache", { "warm", "cold", "scattered" } },
	},
	.fixed = { "scenario", "procs", "data" },
	/* In the order of enum split_quantity. */
	.quantities = {
		{ "zs_free_share", "share", "zs_free over slot_free, by phases", 0 },
		{ "zs_free_share_apart", "share",
		  "the same, all slots first and then all objects", 0 },
		{ "slot_free_ns", "ns", "slot_free without timers in it", -1 },
		{ "timed_ns", "ns", "sum of the phases", -1 },
		{ "slot_ns", "ns", "flags, size, handle and statistics of the slot", -1 },
		{ "lookup_ns", "ns", "from the handle to the zspage", -1 },
		{ "lock_ns", "ns", "taking and dropping the allocator's locks", -1 },
		{ "push_ns", "ns", "object onto the free list of its zspage", -1 },
		{ "fullness_ns", "ns", "counters and fullness group", -1 },
		{ "retire_ns", "ns", "unlinking an empty zspage", -1 },
		{ "pages_ns", "ns", "pages and descriptor of an empty zspage", -1 },
		{ "handle_ns", "ns", "handle to its slab", -1 },
	},
	.size_mib = 32,
	.nr_runs = 5,
	.defaults = defaults,
	.arm = arm,
	.probe = split_probe,
	.conclude = conclude,
};
