/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Everything about one strategy, and the phases of all side by side, as text cells. */
#ifndef SIM_REPORT_DETAIL_H
#define SIM_REPORT_DETAIL_H

#include <stdio.h>

#include "sim/figures/result.h"

/** enum detail_limits - sizes */
enum detail_limits {
	DETAIL_CELL_CHARS = 48,
};

/** enum detail_column - columns of the list of metrics */
enum detail_column {
	DETAIL_METRIC,
	DETAIL_MEDIAN,
	DETAIL_MIN,
	DETAIL_MAX,
	DETAIL_UNIT,
	DETAIL_RATIO,
	DETAIL_INTERVAL,
	DETAIL_NR_COLUMNS,
};

/**
 * struct detail_row - one metric
 * @cells:	text
 */
struct detail_row {
	char cells[DETAIL_NR_COLUMNS][DETAIL_CELL_CHARS];
};

/** detail_heading() - heading of a column. @column: which */
const char *detail_heading(enum detail_column column);

/**
 * detail_row() - fill in the cells of a metric
 * @strategy:	result
 * @metric:	index into sim_metrics
 * @row:	filled in, in units that suit the size of the numbers
 * Return:	false if the metric has no meaning here.
 */
bool detail_row(const struct sim_strategy_result *strategy, unsigned int metric,
		struct detail_row *row);

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

/** enum phase_table_limits - sizes */
enum phase_table_limits {
	PHASE_TABLE_ROWS = SIM_MAX_PHASES + SIM_NR_ROLES,
	PHASE_TABLE_CHARS = 32,
};

/**
 * struct phase_table_row - one phase of one role, or their sum
 * @name:	of role and phase
 * @cells:	ns per slot by strategy, in the order asked for; "-" where it was not entered
 */
struct phase_table_row {
	char name[PHASE_TABLE_CHARS];
	char cells[ZRAMSIM_MAX_STRATEGIES][PHASE_TABLE_CHARS];
};

/**
 * phase_table_rows() - fill in the rows
 * @res:	result
 * @rows:	PHASE_TABLE_ROWS of them
 * Return:	how many there are, 0 if no phases were timed.
 */
unsigned int phase_table_rows(const struct zramsim_result *res, struct phase_table_row *rows);

#endif
