// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bitops.h>

#include "sim/figures/stats.h"

/* Everything that is estimated, as logarithms, in one row per round of the bootstrap. */
enum estimate {
	TOTAL,
	SHAPLEY,
	MAIN = SHAPLEY + ATTRIBUTION_CHANGES,
	ALONE = MAIN + ATTRIBUTION_CHANGES,
	LAST = ALONE + ATTRIBUTION_CHANGES,
	PAIR = LAST + ATTRIBUTION_CHANGES,
	NR_ESTIMATES = PAIR + ATTRIBUTION_PAIRS,
};

struct work {
	double estimate[NR_ESTIMATES];
	double rounds[NR_ESTIMATES][SIM_BOOTSTRAP_ROUNDS];
	double corner[ATTRIBUTION_CORNERS];
	double *kept[ATTRIBUTION_CORNERS];
	unsigned int nr_kept[ATTRIBUTION_CORNERS];
	double *drawn;
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

/* The samples there are, and their medians. False if a corner has none to take a logarithm of. */
static bool collect(struct work *work, const struct study_cube *cube)
{
	unsigned int s, i, most = 1;
	double median;

	for (s = 0; s < 1u << cube->nr; s++) {
		work->kept[s] = calloc(cube->nr_samples[s] + 1, sizeof(double));
		if (!work->kept[s])
			return false;
		for (i = 0; i < cube->nr_samples[s]; i++) {
			if (!isnan(cube->samples[s][i]))
				work->kept[s][work->nr_kept[s]++] = cube->samples[s][i];
		}
		median = sim_median(work->kept[s], work->nr_kept[s]);
		if (!(median > 0))
			return false;
		work->corner[s] = log(median);
		most = work->nr_kept[s] > most ? work->nr_kept[s] : most;
	}
	work->drawn = calloc(most, sizeof(double));
	return work->drawn;
}

static bool enough(const struct work *work, unsigned int nr)
{
	unsigned int s;

	for (s = 0; s < 1u << nr; s++) {
		if (work->nr_kept[s] < SIM_BOOTSTRAP_MIN)
			return false;
	}
	return true;
}

/* Corners that are one combination are one sample and are drawn once. */
static void resample(struct work *work, const struct study_cube *cube, u64 *rng)
{
	unsigned int s, earlier;
	double median;

	for (s = 0; s < 1u << cube->nr; s++) {
		for (earlier = 0; cube->samples[earlier] != cube->samples[s]; earlier++)
			;
		if (earlier < s) {
			work->corner[s] = work->corner[earlier];
			continue;
		}
		median = sim_resampled_median(work->kept[s], work->nr_kept[s], rng, work->drawn);
		work->corner[s] = log(median > 0 ? median : 1e-9);
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void bootstrap(struct work *work, const struct study_cube *cube, u64 seed)
{
	double row[NR_ESTIMATES] = { 0 };
	unsigned int round, e;

	for (round = 0; round < SIM_BOOTSTRAP_ROUNDS; round++) {
		resample(work, cube, &seed);
		estimate_all(work->corner, cube->nr, row);
		for (e = 0; e < NR_ESTIMATES; e++)
			work->rounds[e][round] = row[e];
	}
	for (e = 0; e < NR_ESTIMATES; e++)
		qsort(work->rounds[e], SIM_BOOTSTRAP_ROUNDS, sizeof(double), compare);
}

static struct study_effect effect(const struct work *work, unsigned int estimate, bool interval)
{
	const double *sorted = work->rounds[estimate];
	struct study_effect e = { exp(work->estimate[estimate]), NAN, NAN };

	if (!interval)
		return e;
	e.lo = exp(sorted[SIM_BOOTSTRAP_ROUNDS * 25 / 1000]);
	e.hi = exp(sorted[(SIM_BOOTSTRAP_ROUNDS * 975 - 1) / 1000]);
	return e;
}

static int by_size(const void *a, const void *b)
{
	const struct study_pair *x = a, *y = b;
	double p = fabs(log(x->effect.ratio)), q = fabs(log(y->effect.ratio));

	return (p < q) - (p > q);
}

static void conclude(const struct work *work, unsigned int nr, bool interval,
		     struct study_attribution *out)
{
	unsigned int a, b;

	memset(out, 0, sizeof(*out));
	out->total = effect(work, TOTAL, interval);
	for (a = 0; a < nr; a++) {
		out->shapley[a] = effect(work, SHAPLEY + a, interval);
		out->main[a] = effect(work, MAIN + a, interval);
		out->alone[a] = effect(work, ALONE + a, interval);
		out->last[a] = effect(work, LAST + a, interval);
		for (b = a + 1; b < nr; b++) {
			out->pairs[out->nr_pairs].a = a;
			out->pairs[out->nr_pairs].b = b;
			out->pairs[out->nr_pairs].effect =
				effect(work, PAIR + out->nr_pairs, interval);
			out->nr_pairs++;
		}
	}
	qsort(out->pairs, out->nr_pairs, sizeof(out->pairs[0]), by_size);
}

bool study_attribute(const struct study_cube *cube, u64 seed, struct study_attribution *out)
{
	struct work *work = calloc(1, sizeof(*work));
	bool done = work && cube->nr && collect(work, cube), interval;
	unsigned int s;

	if (done) {
		estimate_all(work->corner, cube->nr, work->estimate);
		interval = enough(work, cube->nr);
		if (interval)
			bootstrap(work, cube, seed);
		conclude(work, cube->nr, interval, out);
	}
	for (s = 0; work && s < ATTRIBUTION_CORNERS; s++)
		free(work->kept[s]);
	if (work)
		free(work->drawn);
	free(work);
	return done;
}
