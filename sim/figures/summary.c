// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>

#include <linux/minmax.h>

#include "sim/figures/stats.h"
#include "sim/figures/summary.h"

/* Undisturbed ones make the others unnecessary if they are half, and have an interval. */
static bool enough(unsigned int clean, unsigned int rounds)
{
	return clean >= min(max((unsigned int)SIM_INTERVAL_MIN, rounds / 2), rounds);
}

unsigned int sim_choose(const struct sim_turn *turns, unsigned int nr, struct sim_choice *choices,
			unsigned int rounds, unsigned int *nr_disturbed)
{
	unsigned int i, clean = 0, nr_kept = 0;
	struct sim_choice *choice;
	bool all;

	for (i = 0; i < rounds; i++)
		choices[i].repeat = -1;
	for (i = 0; i < nr; i++) {
		choice = &choices[turns[i].round];
		if (choice->repeat >= 0 && !turns[choice->repeat].disturbed)
			continue;
		if (choice->repeat < 0 || !turns[i].disturbed)
			choice->repeat = (int)i;
		clean += !turns[i].disturbed;
	}
	all = !enough(clean, rounds);
	*nr_disturbed = 0;
	for (i = 0; i < rounds; i++) {
		choice = &choices[i];
		choice->counts = choice->repeat >= 0 && (all || !turns[choice->repeat].disturbed);
		nr_kept += choice->counts;
		*nr_disturbed += choice->counts && turns[choice->repeat].disturbed;
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
