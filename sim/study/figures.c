// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Arms by the levels they have, and what was measured of them by name. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figures/stats.h"
#include "sim/figures/summary.h"
#include "sim/study/shape.h"

enum {
	LEVELS_CHARS = 256,
};

int study_nr_arms(const struct study *study)
{
	return (int)study->nr_arms;
}

const struct study_arm *study_arm(const struct study *study, int i)
{
	return &study->arms[i];
}

/* Is the word of @len characters at @text this one? */
static bool is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && !memcmp(word, text, len);
}

static int factor_find(const struct study_ops *ops, const char *key, size_t len)
{
	int f;

	for (f = 0; ops->factors[f].key; f++) {
		if (is_word(ops->factors[f].key, key, len))
			return f;
	}
	return -1;
}

static int level_find(const struct study_factor *factor, const char *text, size_t len)
{
	int l;

	for (l = 0; factor->levels[l]; l++) {
		if (is_word(factor->levels[l], text, len))
			return l;
	}
	return -1;
}

const char *const *study_levels(const struct study *study, const char *key)
{
	return study->ops->factors[factor_find(study->ops, key, strlen(key))].levels;
}

const char *study_arm_level(const struct study_arm *arm, const char *key)
{
	int f = factor_find(arm->ops, key, strlen(key));

	return f < 0 ? NULL : arm->ops->factors[f].levels[arm->level[f]];
}

const char *study_level(const struct study *study, int i, const char *key)
{
	return study_arm_level(&study->arms[i], key);
}

static int find_levels(const struct study *study, const u8 wanted[STUDY_MAX_FACTORS])
{
	unsigned int i;

	for (i = 0; i < study->nr_arms; i++) {
		if (!memcmp(study->arms[i].level, wanted, sizeof(study->arms[i].level)))
			return (int)i;
	}
	return -1;
}

int study_find_arm(const struct study *study, const char *fmt, ...)
{
	char text[LEVELS_CHARS], *levels = text;
	u8 wanted[STUDY_MAX_FACTORS] = { 0 };
	size_t name, value;
	int factor, level;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	while (*(levels += strspn(levels, " "))) {
		name = strcspn(levels, "= ");
		if (levels[name] != '=')
			return -1;
		value = strcspn(levels + name + 1, " ");
		factor = factor_find(study->ops, levels, name);
		level = factor < 0 ? -1
				   : level_find(&study->ops->factors[factor], levels + name + 1,
						value);
		if (level < 0)
			return -1;
		wanted[factor] = (u8)level;
		levels += name + 1 + value;
	}
	return find_levels(study, wanted);
}

bool study_matches(const struct study *study, int i, const char *levels)
{
	const struct study_arm *arm = &study->arms[i];
	size_t name, value;
	int factor;
	bool not ;

	while (*(levels += strspn(levels, " "))) {
		name = strcspn(levels, "!=");
		not = levels[name] == '!';
		factor = factor_find(arm->ops, levels, name);
		levels += name + not +1;
		value = strcspn(levels, " ");
		if (factor < 0 || is_word(arm->ops->factors[factor].levels[arm->level[factor]],
					  levels, value) == not )
			return false;
		levels += value;
	}
	return true;
}

void study_arm_name(const struct study *study, unsigned int i, char buf[STUDY_NAME_CHARS])
{
	size_t len = 0;
	unsigned int f;

	buf[0] = '\0';
	for (f = 0; f < study->nr_factors && len < STUDY_NAME_CHARS; f++)
		len += (size_t)snprintf(buf + len, STUDY_NAME_CHARS - len, "%s%s", f ? " " : "",
					study->ops->factors[f].levels[study->arms[i].level[f]]);
}

int study_baseline(const struct study *study, int i)
{
	const char *factors = study->ops->against;
	u8 wanted[STUDY_MAX_FACTORS];
	size_t len;

	if (!factors)
		return 0;
	memcpy(wanted, study->arms[i].level, sizeof(wanted));
	for (; *factors; factors += len + strspn(factors + len, " ")) {
		len = strcspn(factors, " ");
		wanted[factor_find(study->ops, factors, len)] = 0;
	}
	return find_levels(study, wanted);
}

static int quantity_find(const struct study *study, const char *key)
{
	unsigned int q;

	for (q = 0; q < study->nr_quantities; q++) {
		if (!strcmp(study->quantities[q].key, key))
			return (int)q;
	}
	return -1;
}

/* Nothing was measured of what has no number. */
static const double *samples_of(const struct study *study, int i, int q, unsigned int *nr)
{
	if (i < 0 || q < 0) {
		*nr = 0;
		return NULL;
	}
	*nr = study->repeats[i].nr_kept;
	return study->repeats[i].samples + (size_t)q * study->base.runs;
}

const double *study_samples(const struct study *study, int i, const char *key, unsigned int *nr)
{
	return samples_of(study, i, quantity_find(study, key), nr);
}

struct zramsim_value study_value(const struct study *study, int i, const char *key)
{
	unsigned int nr;
	const double *samples = study_samples(study, i, key, &nr);

	return sim_summary(samples, nr);
}

double study_median(const struct study *study, int i, const char *key)
{
	struct zramsim_value value = study_value(study, i, key);

	return value.nr ? value.median : NAN;
}

struct study_range study_range(const struct study *study, const char *key, const char *fmt, ...)
{
	struct study_range range = { -1, -1 };
	double median, least = INFINITY, most = -INFINITY;
	char levels[LEVELS_CHARS];
	va_list args;
	int i;

	va_start(args, fmt);
	vsnprintf(levels, sizeof(levels), fmt, args);
	va_end(args);
	for (i = 0; i < study_nr_arms(study); i++) {
		median = study_matches(study, i, levels) ? study_median(study, i, key) : NAN;
		if (median < least) {
			least = median;
			range.low = i;
		}
		if (median > most) {
			most = median;
			range.high = i;
		}
	}
	return range;
}

/* Is there a repeat of each arm in a round, and does it count, if that is asked for? */
static bool have_round(const struct study *study, const int *arms, unsigned int nr,
		       unsigned int round, bool counts)
{
	const struct sim_choice *choice;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		choice = &study->repeats[arms[i]].choices[round];
		if (choice->repeat < 0 || (counts && !choice->counts))
			return false;
	}
	return true;
}

static double *rounds_of(const struct study *study, const int *arms, unsigned int nr, int q)
{
	unsigned int round, i, shared = 0, runs = study->base.runs;
	double *rows = calloc((size_t)nr * runs, sizeof(*rows));
	const struct study_repeats *repeats;
	size_t at;

	for (round = 0; round < runs; round++)
		shared += have_round(study, arms, nr, round, true);
	for (i = 0; rows && i < nr; i++) {
		repeats = &study->repeats[arms[i]];
		for (round = 0; round < runs; round++) {
			at = (size_t)repeats->choices[round].repeat * study->nr_quantities;
			rows[(size_t)i * runs + round] =
				have_round(study, arms, nr, round, shared >= SIM_INTERVAL_MIN)
					? repeats->values[at + (size_t)q]
					: NAN;
		}
	}
	return rows;
}

double *study_rounds(const struct study *study, const int *arms, unsigned int nr, const char *key,
		     unsigned int *nr_rounds)
{
	*nr_rounds = study->base.runs;
	return rounds_of(study, arms, nr, quantity_find(study, key));
}

/* Without a ratio that is defined in every round the medians say what they can. */
static void set_ratio(const struct study *study, int over, int under, int q,
		      struct zramsim_value *value)
{
	const int arms[] = { over, under };
	unsigned int runs = study->base.runs;
	double *rows = rounds_of(study, arms, 2, q), ratio;

	if (!rows)
		return;
	ratio = sim_ratio(rows, rows + runs, runs, &value->ratio_lo, &value->ratio_hi);
	if (ratio > 0)
		value->ratio = ratio;
	free(rows);
}

static struct zramsim_value ratio_of(const struct study *study, int over, int under, int q)
{
	unsigned int nr, nr_base;
	const double *samples = samples_of(study, over, q, &nr);
	const double *base_samples = samples_of(study, under, q, &nr_base);
	struct zramsim_value value = sim_summary(samples, nr);
	struct zramsim_value base = sim_summary(base_samples, nr_base);

	if (!value.nr || !base.nr || base.median <= 0)
		return sim_summary(NULL, 0);
	value.ratio = value.median / base.median;
	if (over != under)
		set_ratio(study, over, under, q, &value);
	return value;
}

struct zramsim_value study_ratio(const struct study *study, int over, int under, const char *key)
{
	return ratio_of(study, over, under, quantity_find(study, key));
}

struct zramsim_value study_figure(const struct study *study, int i, int base, unsigned int q)
{
	struct zramsim_value value = ratio_of(study, i, base, (int)q);
	const double *samples;
	unsigned int nr;

	if (value.nr)
		return value;
	samples = samples_of(study, i, (int)q, &nr);
	return sim_summary(samples, nr);
}
