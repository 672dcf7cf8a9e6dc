/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * result_build: how a result comes about, for those who make one.
 */
#ifndef SIM_FIGURES_RESULT_BUILD_H
#define SIM_FIGURES_RESULT_BUILD_H

#include "sim/figures/outcome.h"
#include "sim/figures/result.h"

/**
 * struct sim_collection - the repeats of one strategy so far
 * @outcomes:	[room]
 * @nr:		entries in @outcomes
 * @room:	most there can be
 */
struct sim_collection {
	struct sim_outcome *outcomes;
	unsigned int nr;
	unsigned int room;
};

/**
 * sim_result_create() - an empty result
 * @cfg:	effective configuration; its strings become the result's
 * Return:	NULL without memory; @cfg keeps its strings then.
 */
struct zramsim_result *sim_result_create(const struct zramsim_config *cfg);

/** sim_result_warn() - add a sentence; once there is no room, or it is there, do nothing */
void sim_result_warn(struct zramsim_result *result, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * sim_result_collect() - turn the repeats of a strategy into its part of the result
 * @result:	result
 * @i:		which strategy
 * @collection:	its repeats; disturbed ones are left out if enough others remain
 * Return:	disturbed repeats that had to be kept.
 */
unsigned int sim_result_collect(struct zramsim_result *result, unsigned int i,
				const struct sim_collection *collection);

/** sim_result_compare() - ratios, intervals and verdicts, once all are collected */
void sim_result_compare(struct zramsim_result *result);

/** sim_result_sizes() - distribution of what @world's slots hold. @sizes: filled in */
void sim_result_sizes(struct sim_sizes *sizes, const struct sim_world *world);

#endif
