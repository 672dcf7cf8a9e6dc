// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What was measured, by name. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figures/stats.h"
#include "sim/figures/summary.h"
#include "sim/study/shape.h"

unsigned int study_nr_arms(const struct study *study)
{
	return study->nr_arms;
}

const struct study_arm *study_arm(const struct study *study, unsigned int i)
{
	return &study->arms[i];
}

static int factor_find(const struct study *study, const char *key, size_t len)
{
	unsigned int f;

	for (f = 0; f < study->nr_factors; f++) {
		if (strlen(study->ops->factors[f].key) == len &&
		    !memcmp(study->ops->factors[f].key, key, len))
			return (int)f;
	}
	return -1;
}

static int level_find(const struct study *study, int factor, const char *text, size_t len)
{
	const char *const *levels = study->ops->factors[factor].levels;
	unsigned int l;

	for (l = 0; l < study->nr_levels[factor]; l++) {
		if (strlen(levels[l]) == len && !memcmp(levels[l], text, len))
			return (int)l;
	}
	return -1;
}

int study_find_arm(const struct study *study, const char *levels)
{
	u8 wanted[STUDY_MAX_FACTORS] = { 0 };
	size_t name, value;
	unsigned int i;
	int factor, level;

	while (*(levels += strspn(levels, " "))) {
		name = strcspn(levels, "= ");
		if (levels[name] != '=')
			return -1;
		value = strcspn(levels + name + 1, " ");
		factor = factor_find(study, levels, name);
		level = factor < 0 ? -1 : level_find(study, factor, levels + name + 1, value);
		if (level < 0)
			return -1;
		wanted[factor] = (u8)level;
		levels += name + 1 + value;
	}
	for (i = 0; i < study->nr_arms; i++) {
		if (!memcmp(study->arms[i].level, wanted, sizeof(wanted)))
			return (int)i;
	}
	return -1;
}

const char *study_level(const struct study *study, unsigned int i, const char *key)
{
	int factor = factor_find(study, key, strlen(key));

	return factor < 0 ? NULL : study->ops->factors[factor].levels[study->arms[i].level[factor]];
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

int study_baseline(const struct study *study, unsigned int i)
{
	return study->ops->baseline ? study->ops->baseline(study, i) : 0;
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
static const double *samples_of(const struct study *study, unsigned int i, int q, unsigned int *nr)
{
	*nr = q < 0 ? 0 : study->repeats[i].nr_kept;
	return study->repeats[i].samples + (q < 0 ? 0 : (size_t)q * study->base.runs);
}

const double *study_samples(const struct study *study, unsigned int i, const char *key,
			    unsigned int *nr)
{
	return samples_of(study, i, quantity_find(study, key), nr);
}

struct zramsim_value study_value(const struct study *study, unsigned int i, const char *key)
{
	unsigned int nr;
	const double *samples = study_samples(study, i, key, &nr);

	return sim_summary(samples, nr);
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
	const double *samples, *base_samples;
	struct zramsim_value value, base;

	if (over < 0 || under < 0)
		return sim_summary(NULL, 0);
	samples = samples_of(study, (unsigned int)over, q, &nr);
	base_samples = samples_of(study, (unsigned int)under, q, &nr_base);
	value = sim_summary(samples, nr);
	base = sim_summary(base_samples, nr_base);
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

struct zramsim_value study_figure(const struct study *study, unsigned int i, int base,
				  unsigned int q)
{
	struct zramsim_value value = ratio_of(study, (int)i, base, (int)q);
	const double *samples;
	unsigned int nr;

	if (value.nr)
		return value;
	samples = samples_of(study, i, (int)q, &nr);
	return sim_summary(samples, nr);
}
