/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * summary: from repeats to figures: which repeats count, and what they say.
 */
#ifndef SIM_FIGURES_SUMMARY_H
#define SIM_FIGURES_SUMMARY_H

#include <stdbool.h>
#include <zramsim/experiment.h>

/**
 * struct sim_turn - one repeat, as far as it decides what counts
 * @round:	it belongs to, from 0
 * @disturbed:	somebody else used the processor
 */
struct sim_turn {
	unsigned int round;
	bool disturbed;
};

/**
 * struct sim_choice - what counts of a round
 * @repeat:	an undisturbed one if there is one, else the first, -1 for none
 * @counts:	it is undisturbed, or undisturbed ones are too few
 */
struct sim_choice {
	int repeat;
	bool counts;
};

/**
 * sim_choose() - one repeat of each round; those that are undisturbed if they are enough, else all
 * @turns:	[@nr] in the order they were run
 * @nr:		repeats there are
 * @choices:	[@rounds] filled in
 * @rounds:	rounds that were asked for
 * @nr_disturbed: receives how many of those that count are disturbed
 * Return:	how many count.
 */
unsigned int sim_choose(const struct sim_turn *turns, unsigned int nr, struct sim_choice *choices,
			unsigned int rounds, unsigned int *nr_disturbed);

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
