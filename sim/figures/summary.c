// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>

#include <linux/minmax.h>

#include "sim/figures/stats.h"
#include "sim/figures/summary.h"

enum {
	MIN_CLEAN = 3, /* undisturbed repeats that make the others unnecessary */
};

unsigned int sim_choose(const bool *disturbed, unsigned int nr, unsigned int runs,
			unsigned int *kept, unsigned int *nr_disturbed)
{
	unsigned int i, clean = 0, nr_kept = 0, enough = max((unsigned int)MIN_CLEAN, runs / 2);
	bool all;

	for (i = 0; i < nr; i++)
		clean += !disturbed[i];
	all = clean < min(enough, runs);
	*nr_disturbed = 0;
	/* Undisturbed ones first, so that they stay if there is not room for all. */
	for (i = 0; i < nr && nr_kept < runs; i++) {
		if (!disturbed[i])
			kept[nr_kept++] = i;
	}
	for (i = 0; all && i < nr && nr_kept < runs; i++) {
		if (!disturbed[i])
			continue;
		kept[nr_kept++] = i;
		++*nr_disturbed;
	}
	return nr_kept;
}

struct zramsim_value sim_summary(const double *samples, unsigned int nr)
{
	struct zramsim_value value = {
		.median = NAN, .min = NAN, .max = NAN, .ratio_lo = NAN, .ratio_hi = NAN
	};
	unsigned int i;

	for (i = 0; i < nr; i++)
		value.nr += !isnan(samples[i]);
	if (2 * value.nr <= nr)
		value.nr = 0;
	if (!value.nr)
		return value;
	value.min = INFINITY;
	value.max = -INFINITY;
	for (i = 0; i < nr; i++) {
		if (isnan(samples[i]))
			continue;
		value.min = min(value.min, samples[i]);
		value.max = max(value.max, samples[i]);
	}
	value.median = sim_median(samples, nr);
	return value;
}
