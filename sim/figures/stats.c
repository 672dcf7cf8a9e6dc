// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "sim/figures/stats.h"

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Copy the values there are. Return: how many. */
static size_t keep_values(const double *values, size_t nr, double *kept)
{
	size_t i, n = 0;

	for (i = 0; i < nr; i++) {
		if (!isnan(values[i]))
			kept[n++] = values[i];
	}
	return n;
}

static double median_of_sorted(const double *sorted, size_t nr)
{
	return nr & 1 ? sorted[nr / 2] : (sorted[nr / 2 - 1] + sorted[nr / 2]) / 2;
}

double sim_median(const double *values, size_t nr)
{
	double *kept = malloc((nr + 1) * sizeof(*kept));
	double median = NAN;

	if (!kept)
		return NAN;
	nr = keep_values(values, nr, kept);
	if (nr) {
		qsort(kept, nr, sizeof(*kept), compare_double);
		median = median_of_sorted(kept, nr);
	}
	free(kept);
	return median;
}

uint64_t sim_percentile(const uint64_t *sorted, size_t nr, double percent)
{
	double rank = ceil(percent / 100 * (double)nr);
	size_t i = rank < 1 ? 0 : (size_t)rank - 1;

	return sorted[i < nr ? i : nr - 1];
}

void sim_sort(uint64_t *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), compare_u64);
}

double sim_resampled_median(const double *values, size_t nr, uint64_t *rng, double *drawn)
{
	size_t i, j;
	double v;

	/* Insertion keeps them sorted. */
	for (i = 0; i < nr; i++) {
		v = values[kc_random_below(rng, nr)];
		for (j = i; j && drawn[j - 1] > v; j--)
			drawn[j] = drawn[j - 1];
		drawn[j] = v;
	}
	return median_of_sorted(drawn, nr);
}

void sim_ratio_interval(const double *over, size_t nr_over, const double *under, size_t nr_under,
			uint64_t seed, double *low, double *high)
{
	size_t room = nr_over + nr_under, longest = nr_over > nr_under ? nr_over : nr_under;
	double *memory = calloc(room + longest + SIM_BOOTSTRAP_ROUNDS, sizeof(*memory));
	double *a = memory, *b = a + nr_over, *drawn = b + nr_under, *ratios = drawn + longest;
	double top, bottom;
	int i, n = 0;

	*low = NAN;
	*high = NAN;
	if (!memory)
		return;
	nr_over = keep_values(over, nr_over, a);
	nr_under = keep_values(under, nr_under, b);
	if (nr_over < SIM_BOOTSTRAP_MIN || nr_under < SIM_BOOTSTRAP_MIN)
		goto out;
	for (i = 0; i < SIM_BOOTSTRAP_ROUNDS; i++) {
		top = sim_resampled_median(a, nr_over, &seed, drawn);
		bottom = sim_resampled_median(b, nr_under, &seed, drawn);
		if (bottom > 0)
			ratios[n++] = top / bottom;
	}
	if (!n)
		goto out;
	qsort(ratios, (size_t)n, sizeof(*ratios), compare_double);
	*low = ratios[n * 25 / 1000];
	*high = ratios[(n * 975 - 1) / 1000];
out:
	free(memory);
}
