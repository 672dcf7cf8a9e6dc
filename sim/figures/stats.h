/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * stats: medians, percentiles and intervals of small samples. NaN means "no value" and is skipped.
 */
#ifndef SIM_FIGURES_STATS_H
#define SIM_FIGURES_STATS_H

#include <stddef.h>
#include <stdint.h>

/** enum sim_stats_limits - constants of the interval */
enum sim_stats_limits {
	SIM_BOOTSTRAP_ROUNDS = 1000,
	SIM_BOOTSTRAP_MIN = 3, /* fewer samples give no interval */
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
 * sim_resampled_median() - median of a sample drawn anew with replacement
 * @values:	samples, no NaN
 * @nr:		entries in @values, at least 1
 * @rng:	state of the generator
 * @drawn:	[@nr] to work in
 */
double sim_resampled_median(const double *values, size_t nr, uint64_t *rng, double *drawn);

/**
 * sim_ratio_interval() - 95 % bootstrap interval of the ratio of two medians
 * @over:	samples of the numerator
 * @nr_over:	entries in @over
 * @under:	samples of the denominator
 * @nr_under:	entries in @under
 * @seed:	of the resampling; the same seed gives the same interval
 * @low:	filled in; NaN with fewer than SIM_BOOTSTRAP_MIN samples on either side
 * @high:	the same
 *
 * Both samples are drawn anew with replacement SIM_BOOTSTRAP_ROUNDS times; the interval runs
 * from the 2.5th to the 97.5th percentile of the ratios. Rounds whose denominator is 0 do not
 * count.
 */
void sim_ratio_interval(const double *over, size_t nr_over, const double *under, size_t nr_under,
			uint64_t seed, double *low, double *high);

#endif
