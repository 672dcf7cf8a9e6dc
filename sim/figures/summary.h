/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * summary: from repeats to figures: which repeats count, and what they say.
 */
#ifndef SIM_FIGURES_SUMMARY_H
#define SIM_FIGURES_SUMMARY_H

#include <stdbool.h>
#include <zramsim/experiment.h>

/**
 * sim_choose() - undisturbed repeats if there are enough of them, else all
 * @disturbed:	[nr]
 * @nr:		repeats there are
 * @runs:	repeats that were asked for: no more are chosen
 * @kept:	[runs], receives the chosen ones, undisturbed ones first
 * @nr_disturbed: receives how many of the chosen ones are disturbed
 * Return:	how many were chosen.
 */
unsigned int sim_choose(const bool *disturbed, unsigned int nr, unsigned int runs,
			unsigned int *kept, unsigned int *nr_disturbed);

/**
 * sim_summary() - median, minimum, maximum and number
 * @samples:	NaN for a repeat that has no value
 * @nr:		entries in @samples
 *
 * What at least half of the repeats do not have, such as memory that never came back by itself,
 * has no value; the others' median would be a lie. The number is 0 then.
 * Return:	no ratio, and no interval.
 */
struct zramsim_value sim_summary(const double *samples, unsigned int nr);

#endif
