/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* tables: results and studies as tables of text cells, for those who lay them out. */
#ifndef SIM_REPORT_TABLES_H
#define SIM_REPORT_TABLES_H

#include "sim/figures/result.h"
#include "sim/report/grid.h"
#include "sim/study/shape.h"

/**
 * rank_by_exit() - order the strategies by the median of exit_ns, fastest first
 * @res:	result
 * @order:	filled in with indices into @res->strategies; a strategy without a value
 *		comes last, equals stay in the order asked for
 */
void rank_by_exit(const struct zramsim_result *res, unsigned int *order);

/** struct rank_range - the ranks that strategies share which cannot be told apart, from 1 */
struct rank_range {
	unsigned int first;
	unsigned int last;
};

/**
 * rank_ranges() - which ranks are one
 * @res:	result
 * @order:	from rank_by_exit()
 * @ranges:	filled in, for each place of @order
 *
 * On a virtual machine those are alike that lie within its error of the fastest of them; measured
 * strategies have a rank each.
 */
void rank_ranges(const struct zramsim_result *res, const unsigned int *order,
		 struct rank_range *ranges);

/**
 * grid_ranked() - a row per strategy, fastest first, "-" where there is no value
 * @grid:	filled in; print it
 * @res:	result; ratios are to its first strategy
 * Return:	false without memory.
 */
bool grid_ranked(struct grid *grid, const struct zramsim_result *res);

/**
 * grid_metrics() - a row per metric that has a meaning, in units that suit the numbers
 * @grid:	filled in; print it
 * @strategy:	result
 * Return:	false without memory.
 */
bool grid_metrics(struct grid *grid, const struct sim_strategy_result *strategy);

/**
 * grid_phases() - ns per slot by phase of each role, strategies side by side
 * @grid:	filled in; print it
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

enum {
	GRID_ARMS = 48, /* more combinations are shown by the best and the worst */
};

/**
 * grid_arms() - some quantities of the arms
 * @grid:	filled in; print it
 * @study:	run
 * @first:	quantity to begin with; moved behind the last one that fits
 * @width:	columns of text there are; 0 any number
 * Return:	false past the last quantity, and without memory; @grid needs nothing then.
 */
bool grid_arms(struct grid *grid, const struct study *study, unsigned int *first,
	       unsigned int width);

/**
 * grid_table() - a table the study has added
 * @grid:	filled in; print it
 * @table:	to be shown
 * Return:	false without memory.
 */
bool grid_table(struct grid *grid, const struct study_table *table);

#endif
