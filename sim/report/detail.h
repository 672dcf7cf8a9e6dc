/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Everything about one strategy, and the phases of all side by side, as text cells. */
#ifndef SIM_REPORT_DETAIL_H
#define SIM_REPORT_DETAIL_H

#include <stdio.h>

#include "sim/figures/result.h"
#include "sim/report/grid.h"

/**
 * grid_metrics() - a row per metric that has a meaning, in units that suit the numbers
 * @grid:	filled in; grid_free() it
 * @strategy:	result
 * Return:	false without memory.
 */
bool grid_metrics(struct grid *grid, const struct sim_strategy_result *strategy);

/**
 * grid_phases() - ns per slot by phase of each role, strategies side by side
 * @grid:	filled in; grid_free() it
 * @res:	result
 * Return:	false if no phases were timed, and without memory; @grid needs nothing then.
 */
bool grid_phases(struct grid *grid, const struct zramsim_result *res);

/**
 * detail_title() - one line about the strategy, without a newline
 * @strategy:	result
 * @out:	stream
 */
void detail_title(const struct sim_strategy_result *strategy, FILE *out);

/**
 * detail_facts() - locks, phases, sizes and mm_stat, a line each
 * @strategy:	result
 * @indent:	put before each line
 * @out:	stream
 */
void detail_facts(const struct sim_strategy_result *strategy, const char *indent, FILE *out);

#endif
