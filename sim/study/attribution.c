// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bitops.h>

#include "sim/figures/stats.h"
#include "sim/message.h"

/* Everything that is estimated, as logarithms. */
enum estimate {
	TOTAL,
	SHAPLEY,
	MAIN = SHAPLEY + ATTRIBUTION_CHANGES,
	ALONE = MAIN + ATTRIBUTION_CHANGES,
	LAST = ALONE + ATTRIBUTION_CHANGES,
	PAIR = LAST + ATTRIBUTION_CHANGES,
	NR_ESTIMATES = PAIR + ATTRIBUTION_PAIRS,
};

/**
 * struct work - under way
 * @corners:	[ATTRIBUTION_CORNERS][@nr_rounds] logarithms, above the mean of the round
 * @rounds:	[NR_ESTIMATES][@nr_rounds] what each round says alone
 * @nr_rounds:	that count
 * @estimate:	what all say
 * @low:	lower ends of the intervals
 * @high:	upper ends
 */
struct work {
	double *corners;
	double *rounds;
	unsigned int nr_rounds;
	double estimate[NR_ESTIMATES];
	double low[NR_ESTIMATES];
	double high[NR_ESTIMATES];
};

/* Share of all orders of @nr changes in which exactly the @before ones of a set come first. */
static double weight(unsigned int nr, unsigned int before)
{
	double w = 1.0 / nr;
	unsigned int i;

	/* before! (nr - 1 - before)! / nr! */
	for (i = 1; i <= before; i++)
		w *= (double)i / (nr - i);
	return w;
}

static void estimate_change(const double *corner, unsigned int nr, unsigned int i, double *out)
{
	unsigned int s, bit = 1u << i, all = (1u << nr) - 1;
	double difference;

	out[SHAPLEY + i] = 0;
	out[MAIN + i] = 0;
	for (s = 0; s <= all; s++) {
		if (s & bit)
			continue;
		difference = corner[s | bit] - corner[s];
		out[SHAPLEY + i] += difference * weight(nr, (unsigned int)__builtin_popcount(s));
		out[MAIN + i] += difference / (1u << (nr - 1));
	}
	out[ALONE + i] = corner[bit] - corner[0];
	out[LAST + i] = corner[all] - corner[all & ~bit];
}

static double estimate_pair(const double *corner, unsigned int nr, unsigned int a, unsigned int b)
{
	unsigned int s, x = 1u << a, y = 1u << b;
	double sum = 0;

	for (s = 0; s < 1u << nr; s++) {
		if (!(s & (x | y)))
			sum += corner[s | x | y] - corner[s | x] - corner[s | y] + corner[s];
	}
	return sum / (1u << (nr - 2));
}

static void estimate_all(const double *corner, unsigned int nr, double *out)
{
	unsigned int a, b, pair = 0;

	out[TOTAL] = corner[(1u << nr) - 1] - corner[0];
	for (a = 0; a < nr; a++) {
		estimate_change(corner, nr, a, out);
		for (b = a + 1; b < nr; b++)
			out[PAIR + pair++] = estimate_pair(corner, nr, a, b);
	}
}

/* The corners of a round as logarithms above their mean. Return: false if one has none. */
static bool level_round(const struct study_cube *cube, unsigned int round, double *corner)
{
	unsigned int s, all = 1u << cube->nr;
	double mean = 0;

	for (s = 0; s < all; s++) {
		if (!(cube->samples[s][round] > 0))
			return false;
		corner[s] = log(cube->samples[s][round]);
		mean += corner[s] / all;
	}
	for (s = 0; s < all; s++)
		corner[s] -= mean;
	return true;
}

/* What every round says alone. Return: false if none counts. */
static bool collect(struct work *work, const struct study_cube *cube)
{
	double corner[ATTRIBUTION_CORNERS], row[NR_ESTIMATES] = { 0 };
	size_t nr = cube->nr_rounds;
	unsigned int round, i;

	work->corners = calloc(ATTRIBUTION_CORNERS * (nr + 1), sizeof(double));
	work->rounds = calloc(NR_ESTIMATES * (nr + 1), sizeof(double));
	if (!work->corners || !work->rounds) {
		sim_memory_missed();
		return false;
	}
	for (round = 0; round < nr; round++) {
		if (!level_round(cube, round, corner))
			continue;
		estimate_all(corner, cube->nr, row);
		for (i = 0; i < 1u << cube->nr; i++)
			work->corners[i * nr + work->nr_rounds] = corner[i];
		for (i = 0; i < NR_ESTIMATES; i++)
			work->rounds[i * nr + work->nr_rounds] = row[i];
		work->nr_rounds++;
	}
	return work->nr_rounds;
}

/* The estimates are those of the medians, so that the parts make up the whole. */
static void estimate(struct work *work, const struct study_cube *cube)
{
	double corner[ATTRIBUTION_CORNERS];
	unsigned int i;

	for (i = 0; i < 1u << cube->nr; i++)
		corner[i] =
			sim_median(work->corners + (size_t)i * cube->nr_rounds, work->nr_rounds);
	estimate_all(corner, cube->nr, work->estimate);
	for (i = 0; i < NR_ESTIMATES; i++)
		sim_interval(work->rounds + (size_t)i * cube->nr_rounds, work->nr_rounds,
			     &work->low[i], &work->high[i]);
}

/* An interval holds its estimate. */
static struct study_effect effect(const struct work *work, unsigned int i)
{
	struct study_effect e = { exp(work->estimate[i]), NAN, NAN };

	if (isnan(work->low[i]))
		return e;
	e.lo = exp(fmin(work->low[i], work->estimate[i]));
	e.hi = exp(fmax(work->high[i], work->estimate[i]));
	return e;
}

static int by_size(const void *a, const void *b)
{
	const struct study_pair *x = a, *y = b;
	double p = fabs(log(x->effect.ratio)), q = fabs(log(y->effect.ratio));

	return (p < q) - (p > q);
}

static void conclude(const struct work *work, unsigned int nr, struct study_attribution *out)
{
	unsigned int a, b;

	memset(out, 0, sizeof(*out));
	out->total = effect(work, TOTAL);
	for (a = 0; a < nr; a++) {
		out->shapley[a] = effect(work, SHAPLEY + a);
		out->main[a] = effect(work, MAIN + a);
		out->alone[a] = effect(work, ALONE + a);
		out->last[a] = effect(work, LAST + a);
		for (b = a + 1; b < nr; b++) {
			out->pairs[out->nr_pairs].a = a;
			out->pairs[out->nr_pairs].b = b;
			out->pairs[out->nr_pairs].effect = effect(work, PAIR + out->nr_pairs);
			out->nr_pairs++;
		}
	}
	qsort(out->pairs, out->nr_pairs, sizeof(out->pairs[0]), by_size);
}

bool study_attribute(const struct study_cube *cube, struct study_attribution *out)
{
	struct work work = { 0 };
	bool done = cube->nr && collect(&work, cube);

	if (done) {
		estimate(&work, cube);
		conclude(&work, cube->nr, out);
	}
	free(work.corners);
	free(work.rounds);
	return done;
}
