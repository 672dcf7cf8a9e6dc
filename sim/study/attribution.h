/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * attribution: which change is worth what, when several changes together make a difference.
 *
 * A cube holds what was measured with every subset of a few changes made: its corner with number S
 * is the one with change i made where bit i of S is set. Everything is worked out on logarithms,
 * so that effects multiply: a change that takes a third off takes a third off what the others
 * left. The Shapley value of a change is its effect averaged over all orders in which the changes
 * could have been made; the values of all changes multiply to the whole difference.
 */
#ifndef SIM_STUDY_ATTRIBUTION_H
#define SIM_STUDY_ATTRIBUTION_H

#include <linux/types.h>

enum {
	ATTRIBUTION_CHANGES = 5,
	ATTRIBUTION_CORNERS = 1 << ATTRIBUTION_CHANGES,
	ATTRIBUTION_PAIRS = ATTRIBUTION_CHANGES * (ATTRIBUTION_CHANGES - 1) / 2,
};

/**
 * struct study_cube - what was measured
 * @nr:		changes
 * @samples:	of each corner, one per round; those of a combination may stand for several corners
 * @nr_rounds:	entries in each
 *
 * A round counts if all corners have a positive value in it.
 */
struct study_cube {
	unsigned int nr;
	const double *samples[ATTRIBUTION_CORNERS];
	unsigned int nr_rounds;
};

/**
 * struct study_effect - an effect as a factor on the median, below 1 if it became less
 * @ratio:	estimate
 * @lo:		lower end of its 95 % interval, NaN from fewer rounds than sim_interval() takes
 * @hi:		upper end
 */
struct study_effect {
	double ratio;
	double lo;
	double hi;
};

/**
 * struct study_pair - interaction of two changes
 * @a:		one
 * @b:		the other
 * @effect:	what both together do, over what they do one by one, averaged over whether the
 *		others are made: 1 if they do not depend on each other, above 1 if they overlap
 */
struct study_pair {
	unsigned int a;
	unsigned int b;
	struct study_effect effect;
};

/**
 * struct study_attribution - who is worth what
 * @total:	all changes over none
 * @shapley:	of each change; they multiply to @total
 * @main:	of each change, averaged over all subsets of the others
 * @alone:	of each change, made alone
 * @last:	of each change, made after all others
 * @pairs:	interactions, the largest first
 * @nr_pairs:	entries in @pairs
 */
struct study_attribution {
	struct study_effect total;
	struct study_effect shapley[ATTRIBUTION_CHANGES];
	struct study_effect main[ATTRIBUTION_CHANGES];
	struct study_effect alone[ATTRIBUTION_CHANGES];
	struct study_effect last[ATTRIBUTION_CHANGES];
	struct study_pair pairs[ATTRIBUTION_PAIRS];
	unsigned int nr_pairs;
};

/**
 * study_attribute() - work it out
 * @cube:	measured
 * @out:	filled in
 *
 * What all corners of a round have in common drops out of every effect; so a corner is the median
 * of what it is above or below the mean of its round.
 *
 * Return:	false without memory, or if no round counts.
 */
bool study_attribute(const struct study_cube *cube, struct study_attribution *out);

#endif
