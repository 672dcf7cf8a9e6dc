// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figures/stats.h"
#include "sim/message.h"

enum {
	EXACT_VALUES = 40, /* up to so many the ranks are counted */
	BISECTIONS = 64,
};

#define TAIL	     0.025
#define NORMAL_TAIL  1.959964 /* quantile of the normal distribution */
#define STUDENT_TAIL 2.776445 /* of Student's with SIM_INTERVAL_MIN - 1 degrees of freedom */

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

	if (!kept) {
		sim_memory_missed();
		return NAN;
	}
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

/* Of 2^@nr equally likely sets of ranks 1 to @nr: how many sums are in the lower 2.5 %? */
static size_t exact_rank(size_t nr)
{
	double share[EXACT_VALUES * (EXACT_VALUES + 1) / 2 + 1] = { 1 }, below = 0;
	size_t top = nr * (nr + 1) / 2, i, sum;

	for (i = 1; i <= nr; i++) {
		for (sum = top + 1; sum-- > 0;)
			share[sum] = (share[sum] + (sum >= i ? share[sum - i] : 0)) / 2;
	}
	for (sum = 0; below + share[sum] <= TAIL; sum++)
		below += share[sum];
	return sum;
}

/* The same by the normal distribution the sum has with many ranks. */
static size_t near_rank(size_t nr)
{
	double n = (double)nr;

	return (size_t)(n * (n + 1) / 4 - NORMAL_TAIL * sqrt(n * (n + 1) * (2 * n + 1) / 24));
}

/* How many means of pairs, those of a value with itself included, are not above @bound? */
static size_t means_up_to(const double *sorted, size_t nr, double bound)
{
	size_t i, j = nr, count = 0;

	for (i = 0; i < nr; i++) {
		while (j > i && (sorted[i] + sorted[j - 1]) / 2 > bound)
			j--;
		if (j <= i)
			break;
		count += j - i;
	}
	return count;
}

/* The mean of a pair that has @rank - 1 others below it, to the last bits. */
static double ranked_mean(const double *sorted, size_t nr, size_t rank)
{
	double low = sorted[0], high = sorted[nr - 1], middle;
	int i;

	for (i = 0; i < BISECTIONS; i++) {
		middle = low + (high - low) / 2;
		if (means_up_to(sorted, nr, middle) >= rank)
			high = middle;
		else
			low = middle;
	}
	return means_up_to(sorted, nr, low) >= rank ? low : high;
}

static void student(const double *values, double *low, double *high)
{
	double mean = 0, square = 0, half;
	int i;

	for (i = 0; i < SIM_INTERVAL_MIN; i++)
		mean += values[i] / SIM_INTERVAL_MIN;
	for (i = 0; i < SIM_INTERVAL_MIN; i++)
		square += (values[i] - mean) * (values[i] - mean);
	half = STUDENT_TAIL * sqrt(square / (SIM_INTERVAL_MIN - 1) / SIM_INTERVAL_MIN);
	*low = mean - half;
	*high = mean + half;
}

/* @kept: [@nr], no NaN; sorted afterwards */
static void interval_of_kept(double *kept, size_t nr, double *low, double *high)
{
	size_t rank;

	qsort(kept, nr, sizeof(*kept), compare_double);
	if (nr < SIM_INTERVAL_MIN || !isfinite(kept[0]) || !isfinite(kept[nr - 1]))
		return;
	if (nr == SIM_INTERVAL_MIN) {
		student(kept, low, high);
		return;
	}
	rank = nr <= EXACT_VALUES ? exact_rank(nr) : near_rank(nr);
	*low = ranked_mean(kept, nr, rank);
	*high = ranked_mean(kept, nr, nr * (nr + 1) / 2 + 1 - rank);
}

void sim_interval(const double *values, size_t nr, double *low, double *high)
{
	double *kept = malloc((nr + 1) * sizeof(*kept));

	*low = NAN;
	*high = NAN;
	if (!kept) {
		sim_memory_missed();
		return;
	}
	nr = keep_values(values, nr, kept);
	interval_of_kept(kept, nr, low, high);
	free(kept);
}

/* Return: how many ratios there are, 0 if one is not defined. */
static size_t keep_ratios(const double *over, const double *under, size_t nr, double *ratios)
{
	size_t i, n = 0;

	for (i = 0; i < nr; i++) {
		if (isnan(over[i]) || isnan(under[i]))
			continue;
		if (!(over[i] > 0) || !(under[i] > 0))
			return 0;
		ratios[n++] = over[i] / under[i];
	}
	return n;
}

double sim_ratio(const double *over, const double *under, size_t nr, double *low, double *high)
{
	double *ratios = calloc(nr + 1, sizeof(*ratios)), middle;
	size_t i;

	*low = NAN;
	*high = NAN;
	if (!ratios) {
		sim_memory_missed();
		return NAN;
	}
	nr = keep_ratios(over, under, nr, ratios);
	middle = sim_median(ratios, nr);
	for (i = 0; i < nr; i++)
		ratios[i] = log(ratios[i]);
	if (nr)
		interval_of_kept(ratios, nr, low, high);
	if (!isnan(*low)) {
		*low = fmin(exp(*low), middle);
		*high = fmax(exp(*high), middle);
	}
	free(ratios);
	return middle;
}
