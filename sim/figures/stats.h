/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * stats: medians, percentiles and intervals of small samples. NaN means "no value" and is skipped.
 */
#ifndef SIM_FIGURES_STATS_H
#define SIM_FIGURES_STATS_H

#include <stddef.h>
#include <stdint.h>

enum {
	SIM_INTERVAL_MIN = 5, /* fewer values give no interval, and no verdict */
};

/**
 * sim_median() - middle value, or the mean of the two middle ones
 * @values:	samples
 * @nr:		entries in @values
 * Return:	NaN if there is none.
 */
double sim_median(const double *values, size_t nr);

/**
 * sim_percentile() - smallest value that at least @percent percent do not exceed
 * @sorted:	ascending
 * @nr:		entries in @sorted, at least 1
 * @percent:	0 to 100
 */
uint64_t sim_percentile(const uint64_t *sorted, size_t nr, double percent);

/** sim_sort() - sort ascending. @values: samples, @nr: entries */
void sim_sort(uint64_t *values, size_t nr);

/**
 * sim_interval() - 95 % interval of the middle of a few values
 * @values:	one per round, NaN for none
 * @nr:		entries in @values
 * @low:	filled in; NaN with fewer than SIM_INTERVAL_MIN values, or if one is not finite
 * @high:	the same
 *
 * From six values on it is the interval of Wilcoxon's signed-rank test, which asks for nothing but
 * symmetry: between two means of pairs, as far from either end as the test allows. Of five no such
 * test reaches 95 %; there it is Student's.
 *
 * Source: F. Wilcoxon, Individual Comparisons by Ranking Methods, 1945; J. W. Tukey's confidence
 * procedure for it in M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, section 3.3.
 */
void sim_interval(const double *values, size_t nr, double *low, double *high);

/* What sim_ratio() does, for documents. */
#define SIM_RATIO_METHOD \
	"median of the ratios of rounds; 95 % interval by signed ranks, of five rounds Student's"

/**
 * sim_ratio() - ratio of two things measured in turns, and its 95 % interval
 * @over:	numerator, one value per round, NaN for none
 * @under:	denominator
 * @nr:		rounds
 * @low:	filled in as sim_interval() does
 * @high:	the same
 *
 * Both values of a round have seen the same machine, so what changes between rounds drops out of
 * their ratio. A neighbour that slows a few repeats does not move the middle one of the ratios. The
 * interval is worked out on their logarithms, and holds the ratio.
 *
 * Return:	the median of the ratios of the rounds in which both values are positive; NaN if
 *		there is none, or if another round has a value that is not.
 */
double sim_ratio(const double *over, const double *under, size_t nr, double *low, double *high);

#endif
